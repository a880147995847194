import type { BatchAnswer, BatchOutcome, BatchRun } from "@llm-sim/api";
import { formatCount, formatNumber, formatValue } from "../format/index.ts";
import { agentsIn, nameOf } from "./names.ts";

/** What a heat map may show of the runs in a cell. */
export interface HeatMeasure {
  /** As the address has it. */
  id: string;
  label: string;
  /** `undefined` where it is not known of any. */
  of: (runs: readonly BatchRun[]) => HeatFigure | undefined;
}

export interface HeatFigure {
  value: number;
  text: string;
  title: string;
}

export interface HeatCell {
  ids: readonly string[];
  figure: HeatFigure | undefined;
  /** How much of the way from the least figure to the greatest, 0–1. */
  share: number | undefined;
}

/** Of a condition: how many it came true in, and when; of a variable: the middle of its values at the end. */
export function heatMeasures(answer: BatchAnswer, outcomes: readonly string[]): HeatMeasure[] {
  const known = agentsIn(answer);
  const asked = outcomes.flatMap((outcome, at): HeatMeasure[] => {
    const told = (run: BatchRun) => run.outcomes[at];
    const { kind, values } = answer.outcomes[at] ?? {};
    if (values !== undefined)
      return [{ id: `end:${outcome}`, label: `${outcome} at the end (commonest)`, of: commonestOf(told) }];
    if (kind !== "condition")
      return [{ id: `end:${outcome}`, label: `${outcome} at the end (median)`, of: medianOf(told, valueIn) }];
    return [
      { id: `share:${outcome}`, label: `${outcome}: in how many runs`, of: shareOf(told) },
      { id: `turn:${outcome}`, label: `${outcome}: at which turn (median)`, of: medianOf(told, turnIn) },
    ];
  });
  const ends = answer.end_variables.map((variable, at): HeatMeasure => {
    const label = nameOf(variable, known);
    return {
      id: `end:${label}`,
      label: `${label} at the end (median)`,
      of: medianOf(({ end }) => end[at], valueIn),
    };
  });
  const turns: HeatMeasure = {
    id: "turns",
    label: "turns (median)",
    of: (runs) => medianFigure(runs.map((run) => run.turns)),
  };
  const all = [...asked, ...ends, turns];
  return all.filter(({ id }, at) => all.findIndex((one) => one.id === id) === at);
}

/** The map's cells by row and column. */
export function heatCells(answer: BatchAnswer, measure: HeatMeasure): HeatCell[][] {
  const runs = new Map(answer.runs.map((run) => [run.id, run]));
  const rows = (answer.heat?.cells ?? []).map((row) =>
    row.map((ids) => ({ ids, figure: measure.of(ids.flatMap((id) => runs.get(id) ?? [])) })),
  );
  const values = rows.flat().flatMap(({ figure }) => (figure === undefined ? [] : [figure.value]));
  const isShare = measure.id.startsWith("share:");
  const least = isShare ? 0 : Math.min(...values);
  const greatest = isShare ? 1 : Math.max(...values);
  return rows.map((row) =>
    row.map(({ ids, figure }) => ({
      ids,
      figure,
      share:
        figure === undefined
          ? undefined
          : greatest === least
            ? 0.5
            : (figure.value - least) / (greatest - least),
    })),
  );
}

const valueIn = (outcome: BatchOutcome) => ("value" in outcome ? outcome.value : undefined);
const turnIn = (outcome: BatchOutcome) => ("turn" in outcome ? outcome.turn : undefined);

function medianOf(
  told: (run: BatchRun) => BatchOutcome | undefined,
  read: (outcome: BatchOutcome) => unknown,
): HeatMeasure["of"] {
  return (runs) =>
    medianFigure(
      runs.flatMap((run) => {
        const outcome = told(run);
        const value = outcome && read(outcome);
        return typeof value === "number" ? [value] : [];
      }),
    );
}

/** Of values that have no middle: which most runs ended with, and how many of them. */
function commonestOf(told: (run: BatchRun) => BatchOutcome | undefined): HeatMeasure["of"] {
  return (runs) => {
    const values = runs.flatMap((run) => {
      const outcome = told(run);
      return outcome !== undefined && "value" in outcome ? [formatValue(outcome.value, 20)] : [];
    });
    const counts = new Map<string, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    const [first] = [...counts].toSorted(([, one], [, other]) => other - one);
    if (first === undefined) return undefined;
    const [value, count] = first;
    const part = `${formatCount(count)} of ${formatCount(values.length)}`;
    return { value: count / values.length, text: `${value}, ${part}`, title: `${value} in ${part}` };
  };
}

function medianFigure(values: number[]): HeatFigure | undefined {
  const sorted = values.toSorted((one, other) => one - other);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  if (low === undefined || high === undefined) return undefined;
  const value = (low + high) / 2;
  return { value, text: formatNumber(value), title: `median of ${formatCount(values.length)}` };
}

function shareOf(told: (run: BatchRun) => BatchOutcome | undefined): HeatMeasure["of"] {
  return (runs) => {
    const outcomes = runs.flatMap((run) => told(run) ?? []);
    const became = outcomes.filter((outcome) => "turn" in outcome).length;
    const of = became + outcomes.filter((outcome) => "never" in outcome).length;
    if (of === 0) return undefined;
    const text = `${formatCount(became)} of ${formatCount(of)}`;
    const unknown = runs.length - of;
    return {
      value: became / of,
      text,
      title: `came true in ${text}${unknown > 0 ? `, not known of ${formatCount(unknown)}` : ""}`,
    };
  };
}
