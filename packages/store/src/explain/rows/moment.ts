import { EVENT_TYPES, type MilestoneType } from "@llm-sim/events/schema";
import { eventNotFound, invalidArgument } from "../../errors.ts";
import type { RunView } from "../../reader/index.ts";
import type { PostingList, RunIndex } from "../../run-index/index.ts";

/** A place between two events, in the order of (timestamp, place in the log). */
export interface Moment {
  turn: number;
  /** How many events come before. */
  events: number;
  /**
   * What of events that are missing just there would still belong to it: none just after an `event`, those of its turn at
   * the end of a `turn`, all at the `log`'s end.
   */
  end: "event" | "turn" | "log";
}

/** The moment just after an event. Throws EVENT_NOT_FOUND. */
export function afterEvent(view: RunView, eventId: string): Moment {
  const { index } = view;
  const row = index.find(eventId);
  if (row < 0) throw eventNotFound(view.id, eventId);
  return { turn: index.columns.turn(row), events: row + 1, end: "event" };
}

/** The end of a turn. Throws INVALID_ARGUMENT where the run has not come so far. */
export function endOfTurn({ index, id }: RunView, turn: number, parameter = "turn"): Moment {
  const last = lastTurn(index);
  if (turn > last)
    throw invalidArgument(parameter, `run ${id} goes to turn ${last}; there is no turn ${turn}`);
  return { turn, events: eventsToTurn(index, turn), end: "turn" };
}

/** The end of the log as it is. */
export function now({ index }: RunView): Moment {
  return { turn: lastTurn(index), events: index.rows, end: "log" };
}

export function lastTurn({ order }: RunIndex): number {
  return order.lastTurn;
}

/** How many events come before the first that is past the turn's last. */
export function eventsToTurn({ order }: RunIndex, turn: number): number {
  return order.eventsToTurn(turn);
}

const [MILESTONE, SYSTEM] = [EVENT_TYPES.indexOf("MILESTONE"), EVENT_TYPES.indexOf("SYSTEM")];

/** Whether the last event before a place, SYSTEM events not counted, is a milestone of this type. */
export function isMilestoneBefore(view: RunView, events: number, type: MilestoneType): boolean {
  const { columns } = view.index;
  let row = events - 1;
  while (row >= 0 && columns.kind(row) === SYSTEM) row--;
  if (row < 0 || columns.kind(row) !== MILESTONE) return false;
  const event = view.event(row);
  return event.event_type === "MILESTONE" && event.milestone_type === type;
}

/** The last of the rows that comes before the moment, or -1. */
export function lastBefore(list: PostingList, { events }: Moment): number {
  return list.at(list.rank(events) - 1);
}

/** The first of the rows that does not come before the moment, or -1. */
export function firstAfter(list: PostingList, { events }: Moment): number {
  return list.at(list.rank(events));
}

/** The rows that come before the moment, in their order. */
export function rowsBefore(list: PostingList, { events }: Moment): number[] {
  const rows: number[] = [];
  list.each(0, list.rank(events), (row) => rows.push(row));
  return rows;
}
