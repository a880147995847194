import { formatTimestamp } from "@llm-sim/events/schema";
import { countEvents } from "../../../logic/api/index.ts";
import { toPosition } from "../../../logic/timeline/index.ts";
import { api } from "../../run-api.ts";
import type { RunSession } from "../session.ts";
import type { TimelineController } from "./controller.ts";

/** Puts the playhead at the end of the turn under a pixel, or at the last event before that moment. */
export function seek(session: RunSession, controller: TimelineController, pixel: number): void {
  const { view, playback, summary, id } = session;
  playback.stop();
  const position = toPosition(controller.range, controller.width, pixel);
  if (view.get().axis === "turn") {
    const turn = Math.min(summary.turns, Math.max(0, Math.floor(position)));
    view.set({ playhead: { turn }, follow: false });
    return;
  }
  const until = { end_timestamp: formatTimestamp(Math.max(0, Math.floor(position))) };
  void (async () => {
    const total = await countEvents(api, id, until);
    const page = await api.events({ id, ...until, limit: 1, offset: Math.max(0, total - 1) });
    const [event] = page.events;
    if (event) view.set({ playhead: { turn: event.turn_number, eventId: event.event_id }, follow: false });
  })().catch(() => {}); // the banner says that the server is away
}
