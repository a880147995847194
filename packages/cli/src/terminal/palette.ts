import type { EventType } from "@llm-sim/events/schema";

/**
 * A hue for each kind of event, those of the web UI: after Okabe and Ito, "Color Universal Design" (2008), whose colours
 * stay apart under the common kinds of colour blindness. The tones are between dark and light, 3:1 or better against
 * black and against white, as a terminal's ground is not known. A kind's name always stands beside its colour.
 */
export const EVENT_COLORS: Readonly<Record<EventType, string>> = {
  MILESTONE: "#af5f87", // reddish purple
  DECISION: "#0087d7", // blue
  ACTION: "#af8700", // orange
  STATE: "#00875f", // bluish green
  DETAIL: "#878787", // grey
  SYSTEM: "#d75f00", // vermillion
};
