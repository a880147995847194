import type { BatchAnswer } from "@llm-sim/api";
import { useMemo } from "react";
import { heatCells, heatMeasures, shortPath } from "../../logic/batch/index.ts";
import { formatValue, plural } from "../../logic/format/index.ts";

interface HeatMapProps {
  answer: BatchAnswer;
  outcomes: readonly string[];
  /** Which measure, by its id. */
  chosen: string | undefined;
  onChoose: (id: string) => void;
  /** The runs of a cell were chosen. */
  onPick: (ids: readonly string[]) => void;
}

/** What came of two settings: one by rows, the other by columns. */
export function HeatMap({ answer, outcomes, chosen, onChoose, onPick }: HeatMapProps) {
  const measures = useMemo(() => heatMeasures(answer, outcomes), [answer, outcomes]);
  const measure = measures.find(({ id }) => id === chosen) ?? measures[0];
  const cells = useMemo(() => (measure ? heatCells(answer, measure) : []), [answer, measure]);
  const { heat } = answer;
  if (!heat || !measure) return null;
  const paths = [heat.rows.path, heat.columns.path];
  const [row, column] = paths.map((path) => shortPath(path, paths));
  return (
    <section className="card heat" aria-label="Two settings">
      <h2 className="row">
        {row} by {column}
        <select
          aria-label="What the cells show"
          value={measure.id}
          onChange={(event) => onChoose(event.target.value)}
        >
          {measures.map(({ id, label }) => (
            <option key={id} value={id}>
              {label}
            </option>
          ))}
        </select>
      </h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reached by keys */}
      <section className="heat-scroll" tabIndex={0} aria-label={`${measure.label}, by ${row} and ${column}`}>
        <table className="heat-table">
          <thead>
            <tr>
              <th scope="col" title={`${heat.rows.path} down, ${heat.columns.path} across`}>
                {row} ╲ {column}
              </th>
              {heat.columns.values.map((value) => (
                <th key={JSON.stringify(value)} scope="col">
                  {formatValue(value, 20)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {cells.map((line, at) => (
              <tr key={JSON.stringify(heat.rows.values[at])}>
                <th scope="row">{formatValue(heat.rows.values[at], 20)}</th>
                {line.map(({ ids, figure, share }, across) => (
                  <td key={JSON.stringify(heat.columns.values[across])}>
                    {ids.length > 0 && (
                      <button
                        type="button"
                        title={`${plural(ids.length, "run")}${figure ? `, ${figure.title}` : ""}: pick them`}
                        style={{ background: heatColor(share) }}
                        onClick={() => onPick(ids)}
                      >
                        {figure?.text ?? "?"}
                      </button>
                    )}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

/** From the ground to full heat, on which the figure can still be read. */
function heatColor(share: number | undefined): string | undefined {
  if (share === undefined) return undefined;
  return `color-mix(in srgb, var(--heat-ink) ${Math.round(share * 62)}%, var(--ground))`;
}
