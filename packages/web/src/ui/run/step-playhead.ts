import type { QueryClient } from "@tanstack/react-query";
import { moveByEvents, moveByTurns } from "../../logic/playback/index.ts";
import { eventQueries } from "../queries/index.ts";
import { api } from "../run-api.ts";
import type { RunSession } from "./session.ts";

/** One step by hand, which stops the playing. */
export async function stepPlayhead(session: RunSession, steps: number): Promise<void> {
  const { id, view, playback, criteria, pager, summary } = session;
  playback.stop();
  if (view.get().step === "turn") moveByTurns(view, summary.turns, steps);
  else await moveByEvents({ api, run: id, view, criteria, pager }, steps);
}

/** Goes to the next event of the list, or to the one before, from where the playhead is; from the end of the run to the list's first or last. */
export async function stepEvent(session: RunSession, client: QueryClient, direction: 1 | -1): Promise<void> {
  const { id, view, criteria, pager } = session;
  const { playhead } = view.get();
  const held = playhead?.eventId === undefined ? undefined : pager.indexOf(playhead.eventId);
  const asked = eventQueries.row(id, criteria, playhead);
  const from = held ?? (await client.fetchQuery(asked).catch(() => undefined)); // the banner says where the server is away
  const last = (pager.total ?? 0) - 1;
  const row = from === undefined || from === null ? (direction === 1 ? 0 : last) : from + direction;
  const event = await pager.fetchEvent(row);
  if (event) goToEvent(session, event);
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
