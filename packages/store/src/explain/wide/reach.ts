import { EVENT_TYPES } from "@llm-sim/events/schema";
import type { RunIndex } from "../../run-index/index.ts";
import { BitCounts } from "./bit-counts.ts";

const MILESTONE = EVENT_TYPES.indexOf("MILESTONE");
const STATE = EVENT_TYPES.indexOf("STATE");

/** How much follows from one decision. */
export interface Reach {
  row: number;
  events: number;
  changes: number;
}

/** Decisions counted at once: 32 words an event of the window. */
export const MAX_TOGETHER = 1024;
/** Events looked at behind them. */
export const MAX_WINDOW = 100_000;

/**
 * How many of the events in rows `decisions[0]`..`end` (exclusive) follow from each of the decisions, each event once, milestones
 * not counted: a set of decisions is passed on from causes to effects.
 *
 * @param decisions ascending rows, at most `MAX_TOGETHER`
 */
export function reachOf(index: RunIndex, decisions: readonly number[], end: number): Reach[] {
  const start = decisions[0] ?? end;
  const words = Math.ceil(decisions.length / 32);
  const sets = new Uint32Array((end - start) * words);
  const bitOf = new Map(decisions.map((row, bit) => [row, bit]));
  const events = new BitCounts(words);
  const changes = new BitCounts(words);
  for (let row = start; row < end; row++) {
    const kind = index.columns.kind(row);
    if (kind === MILESTONE) continue;
    const at = (row - start) * words;
    let isReached = false;
    for (const cause of index.edges.causesOf(row)) {
      if (typeof cause === "string" || cause < start || cause >= row) continue;
      const from = (cause - start) * words;
      for (let word = 0; word < words; word++) {
        const bits = sets[from + word] ?? 0;
        if (bits === 0) continue;
        sets[at + word] = (sets[at + word] ?? 0) | bits;
        isReached = true;
      }
    }
    if (isReached) {
      events.add(sets, at);
      if (kind === STATE) changes.add(sets, at);
    }
    const bit = bitOf.get(row);
    if (bit !== undefined) sets[at + (bit >>> 5)] = (sets[at + (bit >>> 5)] ?? 0) | (1 << (bit & 31));
  }
  return decisions.map((row, bit) => ({ row, events: events.of(bit), changes: changes.of(bit) }));
}
