import type { BatchVariable } from "@llm-sim/api";
import { formatCount, formatValue, plural } from "../../logic/format/index.ts";

/** How many runs ended with which value of a variable that is no number. */
export function EndCounts({
  variable,
}: {
  variable: Pick<BatchVariable, "values" | "values_left_out" | "runs">;
}) {
  const { values = [], values_left_out: leftOut = 0, runs } = variable;
  return (
    <figure className="end-counts">
      <figcaption className="count">No number: its values at the end of {plural(runs, "run")}</figcaption>
      <ul>
        {values.map(({ value, runs: count }) => (
          <li key={JSON.stringify(value)}>
            <span className="end-value">{formatValue(value, 60)}</span>
            <span className="end-bar" aria-hidden="true">
              <span style={{ width: `${(count / Math.max(1, runs)) * 100}%` }} />
            </span>
            <span className="numeric">{formatCount(count)}</span>
          </li>
        ))}
      </ul>
      {leftOut > 0 && <p className="count">{plural(leftOut, "rarer value")} not listed</p>}
    </figure>
  );
}
