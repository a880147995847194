import type { VariableSummary } from "@llm-sim/events/run";

type Point = NonNullable<VariableSummary["points"]>[number];

/**
 * At most so many of the points, one for each of equal spans of turns, as the value stood at the span's end; the first, the last,
 * the least and the greatest are among them wherever four fit.
 *
 * @param turns the last turn
 */
export function evenly(points: readonly Point[], most: number, turns: number): Point[] {
  if (points.length <= most) return [...points];
  const kept = new Set(
    most < 4 ? [0, points.length - 1].slice(0, most) : [0, points.length - 1, ...extremes(points)],
  );
  const spans = most - kept.size;
  const lastOfSpan = new Map<number, number>();
  for (const [at, [turn]] of points.entries())
    lastOfSpan.set(Math.min(spans - 1, Math.floor((turn * spans) / (turns + 1))), at);
  if (spans > 0) for (const at of lastOfSpan.values()) kept.add(at);
  return points.filter((_, at) => kept.has(at));
}

function extremes(points: readonly Point[]): number[] {
  let [least, greatest]: [number | undefined, number | undefined] = [undefined, undefined];
  const valueAt = (at: number | undefined) => points[at ?? 0]?.[1];
  for (const [at, [, value]] of points.entries()) {
    if (typeof value !== "number") continue;
    const [low, high] = [valueAt(least), valueAt(greatest)];
    if (least === undefined || typeof low !== "number" || value < low) least = at;
    if (greatest === undefined || typeof high !== "number" || value > high) greatest = at;
  }
  return [least, greatest].filter((at) => at !== undefined);
}
