import type { BatchVariable, Spread } from "@llm-sim/api";

const MOST_BARS = 20;
const FEWEST_BARS = 5;

/** A part of ascending numbers lies below it: between two of them in proportion (Hyndman and Fan's type 7, as in R and NumPy). */
export function quantile(ascending: ArrayLike<number>, part: number): number {
  const at = (ascending.length - 1) * part;
  const below = Math.floor(at);
  const low = ascending[below] ?? Number.NaN;
  const high = ascending[Math.min(below + 1, ascending.length - 1)] ?? low;
  return low + (high - low) * (at - below);
}

/** `undefined` of nothing. */
export function spreadOf(numbers: readonly number[]): Spread | undefined {
  if (numbers.length === 0) return undefined;
  const ascending = Float64Array.from(numbers).sort();
  const mean = ascending.reduce((sum, value) => sum + value, 0) / ascending.length;
  return {
    runs: ascending.length,
    least: ascending[0] ?? 0,
    p10: quantile(ascending, 0.1),
    p50: quantile(ascending, 0.5),
    p90: quantile(ascending, 0.9),
    greatest: ascending.at(-1) ?? 0,
    mean,
  };
}

/** As many bars as the square root of the numbers, within bounds; one where all are the same. */
export function histogramOf(
  numbers: readonly number[],
  { least, greatest }: Pick<Spread, "least" | "greatest">,
): NonNullable<BatchVariable["end"]>["histogram"] {
  const width = greatest - least;
  const wanted = Math.min(MOST_BARS, Math.max(FEWEST_BARS, Math.ceil(Math.sqrt(numbers.length))));
  const bars = width > 0 && Number.isFinite(width) ? wanted : 1;
  const counts = new Array<number>(bars).fill(0);
  for (const value of numbers) {
    const bar = bars === 1 ? 0 : Math.min(bars - 1, Math.floor(((value - least) / width) * bars));
    counts[bar] = (counts[bar] ?? 0) + 1;
  }
  return { from: least, to: greatest, counts };
}
