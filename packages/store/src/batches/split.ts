/** Fewer runs say nothing of groups: whatever they are, some line parts them well. */
export const FEWEST_RUNS = 6;
/** A group has at least this part of the runs, and two. */
const SMALLEST_PART = 0.05;

/** Numbers in two groups, by the widest gap between neighbours. */
export interface Split {
  /** The greatest of the lower group, the least of the upper. */
  below: number;
  above: number;
  /** The part of the variance that lies between the groups, from 0 to 1. */
  between: number;
}

/**
 * The part of the variance between the groups that so many numbers of one source come to by chance in one of a thousand samples: the
 * greatest of a uniform, a normal and an exponential source, from 20,000 samples of each (8,000 from 100 runs on). Between two
 * sizes the smaller one's counts. The test beside this draws anew and holds the table to it.
 */
const BOUNDS: readonly (readonly [runs: number, between: number])[] = [
  [6, 0.995],
  [8, 0.988],
  [10, 0.977],
  [12, 0.967],
  [15, 0.947],
  [20, 0.927],
  [30, 0.893],
  [50, 0.862],
  [100, 0.829],
  [200, 0.803],
];

/** The widest gap, where it leaves two groups; `undefined` where one would be too small, or all are the same. */
export function widestGap(numbers: readonly number[]): Split | undefined {
  const ascending = Float64Array.from(numbers).sort();
  const count = ascending.length;
  let widest = 0;
  let size = 0;
  for (let at = 1; at < count; at++) {
    const gap = (ascending[at] ?? 0) - (ascending[at - 1] ?? 0);
    if (gap > widest) [widest, size] = [gap, at];
  }
  const smallest = Math.max(2, Math.ceil(SMALLEST_PART * count));
  if (size < smallest || count - size < smallest) return undefined;
  const mean = (from: number, to: number) =>
    ascending.subarray(from, to).reduce((sum, value) => sum + value / (to - from), 0);
  const squares = (from: number, to: number, middle: number) =>
    ascending.subarray(from, to).reduce((sum, value) => sum + (value - middle) ** 2, 0);
  const within = squares(0, size, mean(0, size)) + squares(size, count, mean(size, count));
  const all = squares(0, count, mean(0, count));
  const between = all > 0 && Number.isFinite(all) ? 1 - within / all : 0;
  return { below: ascending[size - 1] ?? 0, above: ascending[size] ?? 0, between };
}

/** Whether chance does not leave such a gap. */
export function isWide({ between }: Split, runs: number): boolean {
  const [, bound = 1] = BOUNDS.findLast(([size]) => size <= runs) ?? [];
  return between > bound;
}

/** The least round number between two, above the lower one: a threshold that a person can say. */
export function roundBetween(below: number, above: number): number {
  const width = above - below;
  for (let digits = Math.floor(Math.log10(Math.abs(width) || 1)) + 1; digits > -20; digits--) {
    const unit = 10 ** digits;
    const middle = below + width / 2;
    const candidate =
      digits < 0 ? Math.round(middle * 10 ** -digits) / 10 ** -digits : Math.round(middle / unit) * unit;
    if (candidate > below && candidate <= above) return candidate;
  }
  return above;
}
