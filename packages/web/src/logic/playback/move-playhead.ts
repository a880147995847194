import type { EventCriteria } from "@llm-sim/api";
import type { ApiClient } from "../api/index.ts";
import { type EventPager, locateEvent, locateTurn } from "../events/index.ts";
import type { Playhead, ViewStore } from "../view/index.ts";

/** Moves the playhead by turns. `false` where there are no more. */
export function moveByTurns(view: ViewStore, lastTurn: number, steps: number): boolean {
  // A link may name a turn that the run does not reach.
  const current = Math.min(lastTurn, view.get().playhead?.turn ?? lastTurn);
  const next = Math.min(lastTurn, Math.max(0, current + steps));
  view.set({ playhead: { turn: next } });
  return steps > 0 ? next < lastTurn : next > 0;
}

/** Where there is nothing to play but from the start, to the start; a run that is followed is not any more. */
export function rewindAtEnd(
  view: ViewStore,
  lastTurn: number,
  pager: Pick<EventPager, "total" | "indexOf">,
): void {
  const { playhead, step } = view.get();
  const isAtEnd =
    playhead === undefined ||
    (playhead.turn >= lastTurn && (step === "turn" || playhead.eventId === undefined)) ||
    (step === "event" &&
      playhead.eventId !== undefined &&
      pager.total !== undefined &&
      pager.indexOf(playhead.eventId) === pager.total - 1);
  view.set({ follow: false, ...(isAtEnd && { playhead: { turn: 0 } }) });
}

export interface EventSteps {
  api: ApiClient;
  run: string;
  criteria: EventCriteria;
  pager: EventPager;
  view: ViewStore;
}

/** Moves the playhead, and the selection with it, by events of the filtered list. `false` where there are no more. */
export async function moveByEvents(where: EventSteps, steps: number): Promise<boolean> {
  const { pager, view } = where;
  const before = view.get().playhead;
  const current = await rowOf(where, before);
  const last = (pager.total ?? 0) - 1;
  const row = Math.min(last, Math.max(0, current + steps));
  const event = await pager.fetchEvent(row);
  // Someone went elsewhere meanwhile: that holds.
  if (!event || view.get().playhead !== before) return event !== undefined;
  view.set({ playhead: { turn: event.turn_number, eventId: event.event_id }, selected: event.event_id });
  return steps > 0 ? row < last : row > 0;
}

/** The row of the playhead's event; of a turn, its last row. */
async function rowOf(
  { api, run, criteria, pager }: EventSteps,
  playhead: Playhead | undefined,
): Promise<number> {
  if (pager.total === undefined) await pager.fetchEvent(0);
  if (!playhead) return pager.total ?? 0;
  if (playhead.eventId === undefined) return (await locateTurn(api, run, criteria, playhead.turn + 1)) - 1;
  const held = pager.indexOf(playhead.eventId);
  if (held !== undefined) return held;
  const event = await api.event({ id: run, event_id: playhead.eventId });
  return (
    (await locateEvent(api, run, criteria, event)) ?? (await locateTurn(api, run, criteria, playhead.turn))
  );
}
