import type { JsonValue } from "@llm-sim/events/schema";

/** What became of one variable in one run, as its summary.json says it. */
export interface Curve {
  agentId: string | undefined;
  variable: string;
  /** At the run's end; `undefined` where it was gone by then, or is too large to be kept. */
  last: JsonValue | undefined;
  isGone: boolean;
  /** At whose ends the value is another than before; `undefined` where values are too large. */
  turns: ArrayLike<number> | undefined;
  /** Those values; `undefined` where it was gone. */
  values: ArrayLike<JsonValue | undefined>;
}

/** What summary.json says of a run's variables. */
export interface Curves {
  every: number;
  leftOut: number;
  all: readonly Curve[];
}

/** Where a curve stands at the end of a turn: the place of its last point up to there, -1 before the first. */
export function placeAt({ turns = [] }: Pick<Curve, "turns">, turn: number): number {
  let low = 0;
  let high = turns.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((turns[middle] ?? 0) <= turn) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The number that it is at its run's end; `undefined` where it is none, or one beyond what JSON carries. */
export function lastNumber({ last }: Pick<Curve, "last">): number | undefined {
  return typeof last === "number" && Number.isFinite(last) ? last : undefined;
}
