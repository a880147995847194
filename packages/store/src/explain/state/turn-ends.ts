import { EVENT_TYPES } from "@llm-sim/events/schema";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";

const STATE = EVENT_TYPES.indexOf("STATE");

/** Where a turn ends among the changes of the state. */
export interface TurnEndPlace {
  turn: number;
  /** How many STATE events come before its end, in order of (timestamp, place in the log). */
  writes: number;
}

/** The ends of all turns that have events, ascending. */
export function turnEndsOf({ index }: RunView): TurnEndPlace[] {
  const writes = index.rowsOf(NO_AGENT, STATE);
  return Array.from(index.order.turnEnds(), ({ turn, events }) => ({ turn, writes: writes.rank(events) }));
}
