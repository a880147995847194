import type { BatchVariable } from "@llm-sim/api";
import { endOf, type RunCurve } from "./curves.ts";

/** A bar of a histogram: how many runs ended there, by group. */
export interface Bar {
  from: number;
  to: number;
  /** Of each group, in their order; of all together where there are none. */
  counts: number[];
  total: number;
}

/**
 * The bars of the values at the ends of runs, each divided by group.
 *
 * @param groups ids of the runs of each; a run in none is counted with those that are left, in the last place
 */
export function histogramBars(
  histogram: NonNullable<BatchVariable["end"]>["histogram"],
  curves: readonly RunCurve[],
  groups: readonly ReadonlySet<string>[],
): Bar[] {
  const { from, to, counts } = histogram;
  const width = (to - from) / Math.max(1, counts.length);
  const bars = counts.map(
    (total, at): Bar => ({
      from: from + at * width,
      to: from + (at + 1) * width,
      counts: groups.map(() => 0),
      total,
    }),
  );
  for (const curve of curves) {
    const value = endOf(curve);
    const group = groups.findIndex((ids) => ids.has(curve.id));
    if (value === null || group === -1) continue;
    const bar = bars[width === 0 ? 0 : Math.min(bars.length - 1, Math.floor((value - from) / width))];
    if (bar) bar.counts[group] = (bar.counts[group] ?? 0) + 1;
  }
  for (const bar of bars)
    bar.counts.push(Math.max(0, bar.total - bar.counts.reduce((sum, count) => sum + count, 0)));
  return bars;
}
