import type { BatchCurves } from "./curves-answer.ts";

/** What a variable was in one run: its numbers at turns' ends, each of which holds until the next. */
export interface RunCurve {
  id: string;
  /** The run's last turn: up to it the last value holds. */
  end: number;
  turns: readonly number[];
  /** `null` where it was no number, or not there. */
  values: readonly (number | null)[];
}

/** The curves of a variable that was a number at least once, a run each. */
export function runCurves({ curves }: Pick<BatchCurves, "curves">): RunCurve[] {
  return curves.flatMap(({ id, turns: end, points }) => {
    const values = points.map(([, value]) => (typeof value === "number" ? value : null));
    return values.some((value) => value !== null)
      ? [{ id, end, turns: points.map(([turn]) => turn), values }]
      : [];
  });
}

/** What it was at a turn's end; `null` before its first value, behind the run's end, and where it was no number. */
export function valueAt({ turns, values, end }: RunCurve, turn: number): number | null {
  if (turn > end) return null;
  let [low, high] = [0, turns.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((turns[middle] ?? 0) <= turn) low = middle + 1;
    else high = middle;
  }
  return values[low - 1] ?? null;
}

/** What it was at the end of the run. */
export function endOf(curve: RunCurve): number | null {
  return curve.values.at(-1) ?? null;
}

/** The last turn of the longest run. */
export function lastTurn(curves: readonly RunCurve[]): number {
  return curves.reduce((last, { end }) => Math.max(last, end), 0);
}

/** From the least to the greatest value of all; `undefined` where there is none. */
export function extentOf(curves: readonly RunCurve[]): [least: number, greatest: number] | undefined {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { values } of curves)
    for (const value of values) {
      if (value === null) continue;
      if (value < least) least = value;
      if (value > greatest) greatest = value;
    }
  return least > greatest ? undefined : [least, greatest];
}

export interface NearCurve {
  curve: RunCurve;
  value: number;
}

/** The curve that is nearest to a value at a turn, if one is within `reach` of it; `undefined` where none is. */
export function nearestCurve(
  curves: readonly RunCurve[],
  turn: number,
  value: number,
  reach: number,
): NearCurve | undefined {
  let nearest: NearCurve | undefined;
  let distance = reach;
  for (const curve of curves) {
    const here = valueAt(curve, turn);
    if (here === null || Math.abs(here - value) > distance) continue;
    distance = Math.abs(here - value);
    nearest = { curve, value: here };
  }
  return nearest;
}

/** The next curve above one (or below it) at a turn; the lowest (highest) where there is none to start from. Those of one value come in order. */
export function neighbourCurve(
  curves: readonly RunCurve[],
  turn: number,
  id: string | undefined,
  direction: "up" | "down",
): NearCurve | undefined {
  const here = curves
    .flatMap((curve, at) => {
      const value = valueAt(curve, turn);
      return value === null ? [] : [{ curve, value, at }];
    })
    .sort((one, other) => one.value - other.value || one.at - other.at);
  if (direction === "down") here.reverse();
  const at = here.findIndex(({ curve }) => curve.id === id);
  return here[Math.min(at + 1, here.length - 1)];
}

/** A curve as straight lines join its corners. */
export type DrawnCurve = Pick<RunCurve, "id" | "turns" | "values">;

/** A value is held to the turn before the next one; where points were left out, to as near to it as points can be. */
export function drawnCurve({ id, turns, values, end }: RunCurve, everyTurns: number): DrawnCurve {
  const drawn = { id, turns: [] as number[], values: [] as (number | null)[] };
  const add = (turn: number, value: number | null) => {
    drawn.turns.push(turn);
    drawn.values.push(value);
  };
  turns.forEach((turn, at) => {
    const [held, since] = [values[at - 1] ?? null, turns[at - 1] ?? turn];
    if (held !== null && turn - since > everyTurns) add(turn - everyTurns, held);
    add(turn, values[at] ?? null);
  });
  const last = values.at(-1) ?? null;
  if (last !== null && (turns.at(-1) ?? end) < end) add(end, last);
  return drawn;
}
