import { EVENT_TYPES } from "@llm-sim/events/schema";
import type { Pace } from "../../pace/index.ts";
import type { RunIndex } from "../../run-index/index.ts";
import type { RememberedSteps } from "../cause/index.ts";
import { BitCounts } from "./bit-counts.ts";

const MILESTONE = EVENT_TYPES.indexOf("MILESTONE");
const DECISION = EVENT_TYPES.indexOf("DECISION");
const STATE = EVENT_TYPES.indexOf("STATE");

/** How much follows from one decision. */
export interface Reach {
  row: number;
  events: number;
  changes: number;
}

/** Decisions counted at once: 32 words an event of the window. */
export const MAX_TOGETHER = 1024;
/** Events looked at behind them, and before them where causes may stand behind their effects. */
export const MAX_WINDOW = 100_000;

/** Rows between two looks at the clock. */
const LOOKED_AT = 512;

/** The events that are looked at: rows from `start` to `end` (exclusive), of turns up to `lastTurn`. */
export interface Window {
  start: number;
  end: number;
  lastTurn: number;
}

/**
 * How many of the events in the window follow from each of the decisions, each event once, milestones not counted: a set of
 * decisions is passed on from causes to effects. Where a cause stands behind its effect, as among events of one timestamp
 * of other hands, that is done again until nothing is added. What an agent may remember of a decision is no effect of it.
 *
 * @param decisions rows in the window, ascending, at most `MAX_TOGETHER`
 */
export async function reachOf(
  index: RunIndex,
  decisions: readonly number[],
  window: Window,
  remembered: RememberedSteps,
  pace: Pace,
): Promise<Reach[]> {
  const { start, end } = window;
  const { columns } = index;
  const words = Math.ceil(decisions.length / 32);
  const sets = new Uint32Array((end - start) * words);
  const ownWord = (row: number, bit: number): number => (row - start) * words + (bit >>> 5);
  for (const [bit, row] of decisions.entries()) sets[ownWord(row, bit)] = 1 << (bit & 31);
  while (await spread(index, sets, words, window, remembered, pace));
  // What comes round to a decision is no effect of it.
  for (const [bit, row] of decisions.entries()) {
    const at = ownWord(row, bit);
    sets[at] = (sets[at] ?? 0) & ~(1 << (bit & 31));
  }
  const events = new BitCounts(words);
  const changes = new BitCounts(words);
  for (let row = start; row < end; row++) {
    const kind = columns.kind(row);
    const at = (row - start) * words;
    if (row % LOOKED_AT === 0 && pace.isDue) await pace.yieldIfDue();
    if (kind === MILESTONE || !isAnySet(sets, at, at + words)) continue;
    events.add(sets, at);
    if (kind === STATE) changes.add(sets, at);
  }
  return decisions.map((row, bit) => ({ row, events: events.of(bit), changes: changes.of(bit) }));
}

/** Passes sets on, in the order of the rows. @returns whether there may be more, where causes stand behind their effects */
async function spread(
  index: RunIndex,
  sets: Uint32Array,
  words: number,
  { start, end, lastTurn }: Window,
  remembered: RememberedSteps,
  pace: Pace,
): Promise<boolean> {
  const { columns, edges } = index;
  let isNew = false;
  for (let row = start; row < end; row++) {
    if (row % LOOKED_AT === 0 && pace.isDue) await pace.yieldIfDue();
    if (columns.kind(row) === MILESTONE || columns.turn(row) > lastTurn) continue;
    const at = (row - start) * words;
    for (const cause of edges.causesOf(row)) {
      if (typeof cause === "string" || cause < start || cause >= end) continue;
      if (columns.kind(cause) === DECISION && remembered.has(row, cause)) continue;
      const from = (cause - start) * words;
      for (let word = 0; word < words; word++) {
        const had = sets[at + word] ?? 0;
        const has = had | (sets[from + word] ?? 0);
        if (has === had) continue;
        sets[at + word] = has;
        isNew = true;
      }
    }
  }
  return isNew && edges.hasLateCauses;
}

function isAnySet(sets: Uint32Array, from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (sets[at] !== 0) return true;
  return false;
}
