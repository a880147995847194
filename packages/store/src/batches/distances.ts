import { ascendingColumn, type Columns } from "./columns.ts";

/**
 * How far each run goes from the others: for each variable the mean, over the turns that both have, of the difference to every other
 * run, in units of what all runs and turns differ on the whole (standard deviation); then the mean over the variables. The run with
 * the least is the medoid. By sums over sorted values, as comparing a thousand runs in pairs takes seconds.
 *
 * @returns by run; `undefined` where there is nothing to compare
 */
export function distancesOf(variables: readonly Columns[], runs: number): (number | undefined)[] {
  const sums = new Float64Array(runs);
  const counts = new Float64Array(runs);
  for (const columns of variables) {
    const scale = deviation(columns.values);
    if (!(scale > 0)) continue;
    const own = meanDifferences(columns);
    for (let run = 0; run < runs; run++) {
      const difference = own[run] ?? Number.NaN;
      if (Number.isNaN(difference)) continue;
      sums[run] = (sums[run] ?? 0) + difference / scale;
      counts[run] = (counts[run] ?? 0) + 1;
    }
  }
  return Array.from(sums, (sum, run) => ((counts[run] ?? 0) === 0 ? undefined : sum / (counts[run] ?? 1)));
}

/** Of each run to all others, over the turns; NaN of a run that shares none. */
function meanDifferences(columns: Columns): Float64Array {
  const { turns, runs, values } = columns;
  const sums = new Float64Array(runs);
  const counts = new Float64Array(runs);
  for (const column of turns.keys()) {
    const ascending = ascendingColumn(columns, column);
    if (ascending.length < 2) continue;
    const before = new Float64Array(ascending.length + 1);
    for (let at = 0; at < ascending.length; at++) before[at + 1] = (before[at] ?? 0) + (ascending[at] ?? 0);
    const total = before[ascending.length] ?? 0;
    for (let run = 0; run < runs; run++) {
      const value = values[column * runs + run] ?? Number.NaN;
      if (Number.isNaN(value)) continue;
      const below = firstAtLeast(ascending, value);
      const lower = value * below - (before[below] ?? 0);
      const upper = total - (before[below] ?? 0) - value * (ascending.length - below);
      sums[run] = (sums[run] ?? 0) + (lower + upper) / (ascending.length - 1);
      counts[run] = (counts[run] ?? 0) + 1;
    }
  }
  return sums.map((sum, run) => sum / (counts[run] ?? 0));
}

function firstAtLeast(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function deviation(values: Float64Array): number {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    count++;
    const off = value - mean;
    mean += off / count;
    squares += off * (value - mean);
  }
  return count === 0 ? 0 : Math.sqrt(squares / count);
}
