import type { BatchAnswer, BatchOutcome, BatchRun } from "@llm-sim/api";
import type { JsonValue } from "@llm-sim/events/schema";
import { byName, formatCount, formatNumber, formatValue } from "../format/index.ts";
import type { ColumnOrder } from "./batch-view.ts";
import { agentsIn, nameOf, shortId, shortPath, sweptIn } from "./names.ts";

export interface Cell {
  text: string;
  /** More than there is room for. */
  title?: string | undefined;
  /** What it is sorted by; `undefined`, where nothing is known, comes last either way round. */
  order: number | string | undefined;
  /** Fainter than what is told: that there is nothing. */
  isFaint?: boolean;
}

export interface Column {
  /** As the address has it. */
  id: string;
  label: string;
  title?: string | undefined;
  isNumeric: boolean;
  /** How wide it wants to be, in characters. */
  width: number;
  cell: (run: BatchRun) => Cell;
  /** Of what was asked for: it can be taken away. */
  outcome?: string;
}

/** The table's columns: what a run was made from, what was asked for, and how it ended. */
export function columnsOf(answer: BatchAnswer, outcomes: readonly string[]): Column[] {
  const { batch, runs } = answer;
  const known = agentsIn(answer);
  const { varying } = sweptIn(batch);
  const paths = varying.map(({ path }) => path);
  const has = (what: (run: BatchRun) => unknown) => runs.some((run) => (what(run) ?? 0) !== 0);
  const columns: Column[] = [
    text("run", "Run", 14, ({ id }) => ({ text: shortId(id, batch.id), title: id, order: id })),
    number("seed", "Seed", ({ seed }) => seed, 8),
    ...varying.map(({ path }): Column => {
      const label = shortPath(path, paths);
      return {
        ...text(`set:${path}`, label, 10, ({ settings }) =>
          Object.hasOwn(settings, path) ? valueCell(settings[path]) : nothing("not set"),
        ),
        title: path,
        isNumeric: varying.every(({ values }) => values.every((value) => typeof value === "number")),
      };
    }),
    ...outcomes.map(
      (outcome, at): Column => ({
        ...text(`outcome:${outcome}`, outcome, widthOf(outcome) + 3, ({ outcomes: told, unknown }) =>
          outcomeCell(told[at], unknown),
        ),
        title: outcomeTitle(answer, at),
        isNumeric: true,
        outcome,
      }),
    ),
    text("status", "Status", 13, ({ status }) => ({ text: status, order: status })),
    text("reason", "Why it ended", 26, reasonCell),
    number("turns", "Turns", ({ turns }) => turns, 8),
    number("refusals", "Refused", ({ refusals }) => refusals, 9, "actions refused"),
    ...(has(({ failures }) => failures)
      ? [number("failures", "Failed", ({ failures }) => failures, 8, "decisions that failed")]
      : []),
    ...(has(({ dropped }) => dropped)
      ? [number("dropped", "Lost", ({ dropped }) => dropped, 8, "events that could not be written")]
      : []),
    ...(answer.parting
      ? [
          text("group", "Group", 16, ({ group }) =>
            group === undefined ? nothing("in none") : { text: group, order: group },
          ),
        ]
      : []),
    ...(has(({ distance }) => distance)
      ? [
          number(
            "distance",
            "Distance",
            ({ distance }) => distance && Number(distance.toPrecision(3)),
            9,
            "how far from the others, on the whole",
          ),
        ]
      : []),
    ...answer.end_variables.flatMap((variable, at): Column[] => {
      const label = nameOf(variable, known);
      if (outcomes.includes(label)) return [];
      const column = text(`end:${label}`, label, widthOf(label), ({ end, unknown }) =>
        outcomeCell(end[at], unknown),
      );
      return [{ ...column, title: `${label} at the end`, isNumeric: true }];
    }),
  ];
  return columns;
}

/** Of a column whose heading may be long, in characters. */
function widthOf(label: string): number {
  return Math.max(11, Math.min(26, label.length + 2));
}

/** The runs in a column's order; those of which it is not known come last, and equal ones stay as they were made. */
export function sortRuns(
  runs: readonly BatchRun[],
  columns: readonly Column[],
  { column, descending }: ColumnOrder,
): readonly BatchRun[] {
  const by = columns.find(({ id }) => id === column);
  if (by === undefined) return runs;
  const sign = descending ? -1 : 1;
  return runs
    .map((run) => ({ run, order: by.cell(run).order }))
    .sort(({ order: a }, { order: b }) => {
      if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
      if (a === b) return 0;
      if (typeof a === "number" && typeof b === "number") return (a < b ? -1 : 1) * sign;
      // Numbers before texts.
      if (typeof a !== typeof b) return (typeof a === "number" ? -1 : 1) * sign;
      return byName(String(a), String(b)) * sign;
    })
    .map(({ run }) => run);
}

/** What became of a condition, or what a variable was. */
export function outcomeCell(outcome: BatchOutcome | undefined, unknown: string | undefined): Cell {
  if (outcome === undefined || "unknown" in outcome)
    return { text: "?", title: outcome?.unknown ?? unknown, order: undefined, isFaint: true };
  if ("never" in outcome)
    return { text: "never", title: "At no turn's end", order: Number.POSITIVE_INFINITY, isFaint: true };
  if ("turn" in outcome) {
    const { turn, agent_id } = outcome;
    const who = agent_id === undefined ? "" : ` (${agent_id})`;
    return { text: `turn ${formatCount(turn)}${who}`, order: turn };
  }
  return valueCell(outcome.value);
}

function outcomeTitle({ outcomes }: BatchAnswer, at: number): string | undefined {
  return outcomes[at]?.kind === "condition"
    ? "The turn at whose end it was true first; within turns it may have been before"
    : "Its value at the end";
}

function reasonCell({ end_reason, ended_by }: BatchRun): Cell {
  const reason = end_reason ?? (ended_by === "turns" ? "all turns played" : ended_by);
  return reason === undefined ? nothing("not said") : { text: reason, title: reason, order: reason };
}

function valueCell(value: JsonValue | undefined): Cell {
  if (typeof value === "number") return { text: formatNumber(value), order: value };
  const shown = formatValue(value, 60);
  return { text: shown, title: shown, order: shown };
}

function nothing(title: string): Cell {
  return { text: "–", title, order: undefined, isFaint: true };
}

function text(id: string, label: string, width: number, cell: (run: BatchRun) => Cell): Column {
  return { id, label, isNumeric: false, width, cell };
}

function number(
  id: string,
  label: string,
  value: (run: BatchRun) => number | undefined,
  width: number,
  title?: string,
): Column {
  return {
    id,
    label,
    title,
    isNumeric: true,
    width,
    cell: (run) => {
      const here = value(run);
      return here === undefined ? nothing("not known") : { text: formatNumber(here), order: here };
    },
  };
}
