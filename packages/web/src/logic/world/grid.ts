import type { StateAnswer } from "@llm-sim/api";
import { variableText } from "@llm-sim/events/naming";
import { type JsonValue, memberOf } from "@llm-sim/events/schema";
import { byName, formatCount, formatNumber, formatValue } from "../format/index.ts";
import { agentsOf } from "./charted.ts";

/** A variable whose value is a list of lists. */
export interface GridVariable {
  /** As names are written everywhere. */
  text: string;
  variable: string;
  agent: string | undefined;
}

type Scalar = string | number | boolean | null;

/** A two-dimensional list, as it is drawn: rows may be of different lengths. */
export interface Grid {
  rows: number;
  columns: number;
  at(row: number, column: number): Scalar | undefined;
  /** Where all that is there is a number: from the least to the greatest. Otherwise what there is, the most frequent first. */
  scale:
    | { kind: "numbers"; least: number; greatest: number }
    | { kind: "categories"; categories: GridCategory[] };
}

export interface GridCategory {
  text: string;
  count: number;
}

/** Categories that have a colour of their own; the others share one. */
export const MAX_CATEGORIES = 12;

/** The world's first, then the agents', each by name. */
export function gridsIn(state: StateAnswer): GridVariable[] {
  const known = agentsOf(state);
  const inPart = (variables: Readonly<Record<string, JsonValue>>, agent: string | undefined) =>
    Object.keys(variables)
      .filter((variable) => isGrid(variables[variable]))
      .sort(byName)
      .map((variable) => ({
        text: variableText({ agent_id: agent, variable_name: variable }, known),
        variable,
        agent,
      }));
  const agents = Object.keys(state.agents).sort(byName);
  return [
    ...inPart(state.global, undefined),
    ...agents.flatMap((agent) => inPart(state.agents[agent] ?? {}, agent)),
  ];
}

/** A list of at least one list with something in it, and of nothing but lists of single values. */
export function isGrid(value: JsonValue | undefined): value is Scalar[][] {
  return (
    Array.isArray(value) &&
    value.every((row) => Array.isArray(row)) &&
    value.some((row) => Array.isArray(row) && row.length > 0) &&
    value.every((row) => Array.isArray(row) && row.every((item) => typeof item !== "object" || item === null))
  );
}

export function gridValue(
  state: StateAnswer | undefined,
  { agent, variable }: GridVariable,
): Scalar[][] | undefined {
  const part = agent === undefined ? state?.global : memberOf(state?.agents, agent);
  const value = memberOf(part, variable);
  return isGrid(value) ? value : undefined;
}

export function gridOf(value: readonly (readonly Scalar[])[]): Grid {
  let columns = 0;
  for (const row of value) columns = Math.max(columns, row.length);
  return {
    rows: value.length,
    columns,
    at: (row, column) => value[row]?.[column],
    scale: scaleOf(value),
  };
}

function scaleOf(value: readonly (readonly Scalar[])[]): Grid["scale"] {
  let least = Number.POSITIVE_INFINITY;
  let greatest = Number.NEGATIVE_INFINITY;
  const counts = new Map<string, number>();
  let isNumbers = true;
  for (const row of value)
    for (const item of row) {
      if (item === null) continue;
      if (typeof item === "number") {
        least = Math.min(least, item);
        greatest = Math.max(greatest, item);
      } else isNumbers = false;
    }
  if (isNumbers && least <= greatest) return { kind: "numbers", least, greatest };
  for (const row of value)
    for (const item of row) if (item !== null) counts.set(String(item), (counts.get(String(item)) ?? 0) + 1);
  const categories = [...counts]
    .map(([text, count]) => ({ text, count }))
    .sort((one, other) => other.count - one.count || byName(one.text, other.text));
  return { kind: "categories", categories };
}

/** Where an item stands in its grid's colours: 0–1 from the least to the greatest, or the place of its category. */
export function shadeOf({ scale }: Grid): (item: Scalar | undefined) => number | undefined {
  if (scale.kind === "numbers") {
    const width = scale.greatest - scale.least;
    return (item) =>
      typeof item === "number" ? (width === 0 ? 0.5 : (item - scale.least) / width) : undefined;
  }
  const places = new Map(scale.categories.map(({ text }, place) => [text, Math.min(place, MAX_CATEGORIES)]));
  return (item) => (item === null || item === undefined ? undefined : places.get(String(item)));
}

/** `10 × 20` */
export function gridSize({ rows, columns }: Pick<Grid, "rows" | "columns">): string {
  return `${formatCount(rows)} × ${formatCount(columns)}`;
}

/** What stands in a place, and what did before: `row 2, column 7: 0.5, was 0.4`; rows and columns are counted from 0. */
export function placeText(grid: Grid, before: Grid | undefined, row: number, column: number): string {
  const now = grid.at(row, column);
  const then = before?.at(row, column);
  const was = before !== undefined && then !== now ? `, was ${itemText(then)}` : "";
  return `row ${row}, column ${column}: ${itemText(now)}${was}`;
}

function itemText(item: Scalar | undefined): string {
  if (item === undefined || item === null) return "nothing";
  return typeof item === "number" ? formatNumber(item) : formatValue(item);
}

/** Places whose value is not what it was. */
export function changedPlaces(grid: Grid, before: Grid | undefined): number {
  if (before === undefined) return 0;
  let changed = 0;
  for (let row = 0; row < Math.max(grid.rows, before.rows); row++)
    for (let column = 0; column < Math.max(grid.columns, before.columns); column++)
      if (grid.at(row, column) !== before.at(row, column)) changed++;
  return changed;
}

/** The place that a key leads to from another. */
export function placeAtKey(
  key: string,
  { row, column }: { row: number; column: number },
  { rows, columns }: Pick<Grid, "rows" | "columns">,
): { row: number; column: number } | undefined {
  const [lastRow, lastColumn] = [Math.max(0, rows - 1), Math.max(0, columns - 1)];
  switch (key) {
    case "ArrowUp":
      return { row: Math.max(0, row - 1), column };
    case "ArrowDown":
      return { row: Math.min(lastRow, row + 1), column };
    case "ArrowLeft":
      return { row, column: Math.max(0, column - 1) };
    case "ArrowRight":
      return { row, column: Math.min(lastColumn, column + 1) };
    case "Home":
      return { row, column: 0 };
    case "End":
      return { row, column: lastColumn };
    case "PageUp":
      return { row: 0, column };
    case "PageDown":
      return { row: lastRow, column };
    default:
      return undefined;
  }
}
