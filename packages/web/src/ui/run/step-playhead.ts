import { moveByEvents, moveByTurns } from "../../logic/playback/index.ts";
import { api } from "../run-api.ts";
import type { RunSession } from "./session.ts";

/** One step by hand, which stops the playing. */
export async function stepPlayhead(session: RunSession, steps: number): Promise<void> {
  const { id, view, playback, criteria, pager, summary } = session;
  playback.stop();
  if (view.get().step === "turn") moveByTurns(view, summary.turns, steps);
  else await moveByEvents({ api, run: id, view, criteria, pager }, steps);
}

/** Selects an event and puts the playhead right behind it. */
export function goToEvent(
  { view, playback }: RunSession,
  event: { event_id: string; turn_number: number },
): void {
  playback.stop();
  view.set({
    selected: event.event_id,
    playhead: { turn: event.turn_number, eventId: event.event_id },
    follow: false,
  });
}
