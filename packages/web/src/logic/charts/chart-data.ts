/** A curve: a value a turn, `null` where there is none. */
export interface Line {
  label: string;
  /** By turn, or by place in the chart's `turns`. */
  values: readonly (number | null)[];
  color: string;
  dash: readonly number[];
  /** One of many: thin, and without a place of its own in the legend. */
  faint?: boolean;
}

/** What lies between two values at each turn, as between two quantiles. */
export interface Band {
  label: string;
  low: readonly (number | null)[];
  high: readonly (number | null)[];
  /** How strong its colour is, 0 to 1. */
  opacity: number;
  color: string;
}

export type ChartScale = "linear" | "log";

/** All that one chart draws, over the same turns. */
export interface ChartData {
  /** Of each place in the lines; without them the places themselves, from 0. */
  turns?: readonly number[] | undefined;
  lines: readonly Line[];
  /** The widest first. */
  bands: readonly Band[];
  /** The lines are counts that lie one upon another. */
  stacked: boolean;
}

/** The turns there are, as a chart's axis has them. */
export function turnsOf({
  lines,
  bands,
  turns,
}: Pick<ChartData, "lines" | "bands" | "turns">): readonly number[] {
  if (turns) return turns;
  const places = Math.max(
    0,
    ...lines.map(({ values }) => values.length),
    ...bands.map(({ low }) => low.length),
  );
  return Array.from({ length: places }, (_, turn) => turn);
}

/** The last place whose turn is not past a turn; 0 where there is none. */
export function placeOf(turns: readonly number[], turn: number): number {
  let [low, high] = [0, turns.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((turns[middle] ?? 0) <= turn) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}

/** Where each line is drawn: where counts lie one upon another, at the sum of those up to it. */
export function drawnValues({ lines, stacked }: Pick<ChartData, "lines" | "stacked">): (number | null)[][] {
  if (!stacked) return lines.map(({ values }) => [...values]);
  const sums: number[] = [];
  return lines.map(({ values }) =>
    values.map((value, turn) => {
      if (value === null) return null;
      sums[turn] = (sums[turn] ?? 0) + value;
      return sums[turn] ?? null;
    }),
  );
}

/** The smallest and the greatest of what is drawn between two places; on a logarithmic scale of what is above 0. */
export function extent(
  drawn: readonly (readonly (number | null)[])[],
  { from, to }: { from: number; to: number },
  scale: ChartScale,
): { least: number; greatest: number } | undefined {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const values of drawn) {
    for (let place = Math.max(0, from); place <= Math.min(values.length - 1, to); place++) {
      const value = values[place] ?? null;
      if (value === null || (scale === "log" && value <= 0)) continue;
      least = Math.min(least, value);
      greatest = Math.max(greatest, value);
    }
  }
  return least <= greatest ? { least, greatest } : undefined;
}

/** How many values a logarithmic scale has no place for, and of how many lines. */
export function belowLog({ lines, bands }: Pick<ChartData, "lines" | "bands">): {
  values: number;
  of: string[];
} {
  const all = [
    ...lines.map(({ label, values }) => ({ label, values })),
    ...bands.map(({ label, low }) => ({ label, values: low })),
  ];
  const counts = all.map(({ label, values }) => ({
    label,
    count: values.filter((value) => value !== null && value <= 0).length,
  }));
  return {
    values: counts.reduce((sum, { count }) => sum + count, 0),
    of: counts.filter(({ count }) => count > 0).map(({ label }) => label),
  };
}

/** Stretches of places at which there is a value, both ends included: between them is a gap. */
export function stretches(values: readonly (number | null)[]): [number, number][] {
  const found: [number, number][] = [];
  let first: number | undefined;
  for (let place = 0; place <= values.length; place++) {
    const isThere = (values[place] ?? null) !== null;
    if (isThere) first ??= place;
    else if (first !== undefined) {
      found.push([first, place - 1]);
      first = undefined;
    }
  }
  return found;
}
