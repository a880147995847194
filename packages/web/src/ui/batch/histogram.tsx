import type { BatchVariable } from "@llm-sim/api";
import { histogramBars, type RunCurve } from "../../logic/batch/index.ts";
import { formatNumber, plural } from "../../logic/format/index.ts";
import type { RunLooks } from "./run-colors.ts";

interface HistogramProps {
  name: string;
  end: NonNullable<BatchVariable["end"]>;
  curves: readonly RunCurve[];
  looks: RunLooks;
}

/** How many runs ended at which values of a variable, by group where they part. */
export function Histogram({ name, end, curves, looks }: HistogramProps) {
  const bars = histogramBars(
    end.histogram,
    curves,
    looks.groups.map(({ ids }) => ids),
  );
  const most = Math.max(1, ...bars.map(({ total }) => total));
  const colors = [...looks.groups.map(({ color }) => color), "var(--ink-faint)"];
  const spread =
    end.least === end.greatest
      ? formatNumber(end.least)
      : `${formatNumber(end.p50)} in the middle, eight of ten from ${formatNumber(end.p10)} to ${formatNumber(end.p90)}`;
  return (
    <figure className="histogram">
      <figcaption className="count">At the end: {spread}</figcaption>
      <ul className="histogram-bars" aria-label={`${name} at the end of the runs`}>
        {bars.map(({ from, to, counts, total }) => {
          const range = from === to ? formatNumber(from) : `${formatNumber(from)} to ${formatNumber(to)}`;
          return (
            <li key={from} title={`${range}: ${plural(total, "run")}`}>
              <span className="sr-only">
                {range}: {plural(total, "run")}
              </span>
              {counts.map((count, at) =>
                count === 0 ? null : (
                  <span
                    // biome-ignore lint/suspicious/noArrayIndexKey: a group is known by its place
                    key={at}
                    aria-hidden="true"
                    style={{ height: `${(count / most) * 100}%`, background: colors[at] }}
                  />
                ),
              )}
            </li>
          );
        })}
      </ul>
      <div className="histogram-axis count" aria-hidden="true">
        <span>{formatNumber(end.histogram.from)}</span>
        <span>{formatNumber(end.histogram.to)}</span>
      </div>
    </figure>
  );
}
