import type { Bands } from "@llm-sim/api";
import { type Curve, placeAt } from "./curve.ts";
import { quantile } from "./spread.ts";

/** Turns that are looked at: of longer runs evenly some, and the last. */
const MOST_TURNS = 400;

/** The turns that bands and distances are told of. */
export function turnsUpTo(last: number, most = MOST_TURNS): number[] {
  const every = Math.max(1, Math.ceil((last + 1) / most));
  const turns: number[] = [];
  for (let turn = 0; turn <= last; turn += every) turns.push(turn);
  if (turns.at(-1) !== last) turns.push(last);
  return turns;
}

/** One variable in every run, by turn. */
export interface Columns {
  turns: readonly number[];
  runs: number;
  /** By turn, then run; NaN where it is no number, is not there, or the run has ended. */
  values: Float64Array;
}

/** @param curves of each run, `undefined` where it has no such variable; a value holds until its next write, to the run's last turn */
export function columnsOf(
  curves: readonly (Curve | undefined)[],
  lastTurns: readonly number[],
  turns: readonly number[],
): Columns {
  const runs = curves.length;
  const values = new Float64Array(turns.length * runs).fill(Number.NaN);
  for (const [run, curve] of curves.entries()) {
    if (curve?.turns === undefined) continue;
    const last = lastTurns[run] ?? 0;
    let place = -1;
    for (const [column, turn] of turns.entries()) {
      if (turn > last) break;
      while ((curve.turns[place + 1] ?? Number.POSITIVE_INFINITY) <= turn) place++;
      const value = place < 0 ? undefined : curve.values[place];
      if (typeof value === "number" && Number.isFinite(value)) values[column * runs + run] = value;
    }
  }
  return { turns, runs, values };
}

/** The value of a curve at the end of a turn, as far as it is a number. */
export function numberAt(curve: Curve, turn: number): number {
  const value = curve.values[placeAt(curve, turn)];
  return typeof value === "number" && Number.isFinite(value) ? value : Number.NaN;
}

/** What is there of a column, ascending. */
export function ascendingColumn({ values, runs }: Columns, column: number): Float64Array {
  // NaN sorts behind all numbers.
  const sorted = values.slice(column * runs, (column + 1) * runs).sort();
  let count = sorted.length;
  while (count > 0 && Number.isNaN(sorted[count - 1] ?? 0)) count--;
  return sorted.subarray(0, count);
}

export function bandsOf(columns: Columns): Bands {
  const bands: Bands = { turns: [...columns.turns], p10: [], p50: [], p90: [], runs: [] };
  for (const column of columns.turns.keys()) {
    const ascending = ascendingColumn(columns, column);
    const at = (part: number) => (ascending.length === 0 ? null : quantile(ascending, part));
    bands.p10.push(at(0.1));
    bands.p50.push(at(0.5));
    bands.p90.push(at(0.9));
    bands.runs.push(ascending.length);
  }
  return bands;
}
