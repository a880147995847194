import { EVENT_TYPES } from "@llm-sim/events/schema";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";
import { eventsToTurn } from "../rows/index.ts";

const STATE = EVENT_TYPES.indexOf("STATE");

/** Where a turn ends among the changes of the state. */
export interface TurnEndPlace {
  turn: number;
  /** How many STATE events come before its end, in order of (timestamp, place in the log). */
  writes: number;
}

/** The ends of all turns that have events, ascending. */
export function turnEndsOf({ index }: RunView): TurnEndPlace[] {
  const { columns, order, rows } = index;
  const writes = index.rowsOf(NO_AGENT, STATE);
  const ends: TurnEndPlace[] = [];
  if (order.turnsAscend) {
    for (let row = 0; row < rows; ) {
      const turn = columns.turn[row] ?? 0;
      row = eventsToTurn(index, turn);
      ends.push({ turn, writes: writes.rank(row) });
    }
    return ends;
  }
  // From the back: a turn ends where no event of it, or of one before it, follows.
  const turns = Float64Array.from(new Set(columns.turn.subarray(0, rows))).sort();
  let left = turns.length;
  for (let row = rows - 1; row >= 0 && left > 0; row--) {
    for (
      let turn = turns[left - 1] ?? 0;
      left > 0 && turn >= (columns.turn[row] ?? 0);
      turn = turns[left - 1] ?? 0
    ) {
      ends.push({ turn, writes: writes.rank(row + 1) });
      left--;
    }
  }
  return ends.toReversed();
}
