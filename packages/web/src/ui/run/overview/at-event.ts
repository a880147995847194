import type { ViewState } from "../../../logic/view/index.ts";

/** An event selected, the playhead right behind it. */
export function atEvent(eventId: string, turn: number): Partial<ViewState> {
  return { selected: eventId, inspector: "event", playhead: { turn, eventId }, follow: false };
}
