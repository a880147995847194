import { ascendingColumn, type Columns } from "./columns.ts";

/**
 * How far each run goes from the others: at the end of each of its turns the mean difference to every other run that is there, in
 * units of what the runs differ at that turn on average; then the mean over turns and variables. 1 is as far as a run goes on
 * average, and a run that ended early is not near for that. The run with the least is the medoid. By sums over sorted values,
 * as comparing a thousand runs in pairs takes seconds.
 *
 * @returns by run; `undefined` where there is nothing to compare
 */
export function distancesOf(variables: readonly Columns[], runs: number): (number | undefined)[] {
  const sums = new Float64Array(runs);
  const counts = new Float64Array(runs);
  for (const columns of variables) {
    for (const column of columns.turns.keys()) {
      const own = meanDifferences(columns, column);
      const there = own.filter((difference) => !Number.isNaN(difference));
      const average = there.reduce((sum, difference) => sum + difference, 0) / there.length;
      if (!(average > 0)) continue;
      for (let run = 0; run < runs; run++) {
        const difference = own[run] ?? Number.NaN;
        if (Number.isNaN(difference)) continue;
        sums[run] = (sums[run] ?? 0) + difference / average;
        counts[run] = (counts[run] ?? 0) + 1;
      }
    }
  }
  return Array.from(sums, (sum, run) => ((counts[run] ?? 0) === 0 ? undefined : sum / (counts[run] ?? 1)));
}

/** Of each run to all others at one turn; NaN of a run that is not there. */
function meanDifferences(columns: Columns, column: number): Float64Array {
  const { runs, values } = columns;
  const means = new Float64Array(runs).fill(Number.NaN);
  const ascending = ascendingColumn(columns, column);
  if (ascending.length < 2) return means;
  const before = new Float64Array(ascending.length + 1);
  for (let at = 0; at < ascending.length; at++) before[at + 1] = (before[at] ?? 0) + (ascending[at] ?? 0);
  const total = before[ascending.length] ?? 0;
  for (let run = 0; run < runs; run++) {
    const value = values[column * runs + run] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    const below = firstAtLeast(ascending, value);
    const lower = value * below - (before[below] ?? 0);
    const upper = total - (before[below] ?? 0) - value * (ascending.length - below);
    means[run] = (lower + upper) / (ascending.length - 1);
  }
  return means;
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
