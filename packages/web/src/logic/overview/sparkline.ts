import type { VariablesAnswer } from "@llm-sim/api";
import type { JsonValue } from "@llm-sim/events/schema";

type Points = NonNullable<VariablesAnswer["variables"][number]["points"]>;

/** The box that a sparkline is drawn in, whatever its size on the page. */
export const SPARK_WIDTH = 100;
export const SPARK_HEIGHT = 20;
/** Room above and below, so that the line is not cut in half. */
const MARGIN = 1.5;
/** Values that are told apart by colour; the others share the last. */
export const MAX_BANDS = 8;

/** A number's curve as an SVG path, or what a text or truth value was from when to when. */
export type Sparkline = { kind: "line"; path: string } | { kind: "bands"; bands: Band[] };

export interface Band {
  x: number;
  width: number;
  /** Which of the values, in the order in which they came: 0 to MAX_BANDS − 1. */
  value: number;
  text: string;
}

/**
 * A value holds until the next point.
 *
 * @param turns the last turn
 * @returns `undefined` where there is nothing to draw
 */
export function sparklineOf(points: Points | undefined, turns: number): Sparkline | undefined {
  if (points === undefined || points.length === 0) return undefined;
  const values = points.flatMap(([, value]) => (value === undefined || value === null ? [] : [value]));
  if (values.length === 0) return undefined;
  const at = (turn: number) => rounded((Math.min(turn, turns) / Math.max(1, turns)) * SPARK_WIDTH);
  const numbers = values.filter((value) => typeof value === "number");
  return numbers.length === values.length
    ? { kind: "line", path: lineThrough(points, at, Math.min(...numbers), Math.max(...numbers)) }
    : { kind: "bands", bands: bandsOf(points, at) };
}

function lineThrough(points: Points, at: (turn: number) => number, least: number, greatest: number): string {
  const height = SPARK_HEIGHT - 2 * MARGIN;
  const y = (value: number) =>
    greatest === least
      ? SPARK_HEIGHT / 2
      : rounded(MARGIN + height * (1 - (value - least) / (greatest - least)));
  let path = "";
  let isDrawing = false;
  for (const [turn, value] of points) {
    const x = at(turn);
    if (isDrawing) path += `H${x}`;
    isDrawing = typeof value === "number";
    if (typeof value === "number")
      path += path === "" || !path.endsWith(`H${x}`) ? `M${x} ${y(value)}` : `V${y(value)}`;
  }
  return isDrawing ? `${path}H${SPARK_WIDTH}` : path;
}

function bandsOf(points: Points, at: (turn: number) => number): Band[] {
  const seen = new Map<string, number>();
  return points.flatMap(([turn, value], place) => {
    if (value === undefined || value === null) return [];
    const text = textOf(value);
    const known = seen.get(text) ?? Math.min(seen.size, MAX_BANDS - 1);
    seen.set(text, known);
    const x = at(turn);
    const next = points[place + 1];
    const end = next === undefined ? SPARK_WIDTH : at(next[0]);
    // What began in the last turn is seen, too.
    const from = Math.min(x, SPARK_WIDTH - 1);
    return [{ x: from, width: Math.max(1, rounded(end - from)), value: known, text }];
  });
}

function textOf(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function rounded(position: number): number {
  return Math.round(position * 100) / 100;
}
