/** Quantiles of many curves at each turn. */
export interface Quantiles {
  least: (number | null)[];
  p10: (number | null)[];
  p50: (number | null)[];
  p90: (number | null)[];
  greatest: (number | null)[];
  /** How many curves have a value. */
  count: number[];
}

/** Of the curves that have a value at a turn; `null` where none has. Between two values it is linear (R's type 7). */
export function quantilesOf(curves: readonly (readonly (number | null)[])[]): Quantiles {
  const turns = Math.max(0, ...curves.map(({ length }) => length));
  const result: Quantiles = { least: [], p10: [], p50: [], p90: [], greatest: [], count: [] };
  const buffer = new Float64Array(curves.length);
  for (let turn = 0; turn < turns; turn++) {
    let count = 0;
    for (const curve of curves) {
      const value = curve[turn] ?? null;
      if (value !== null) buffer[count++] = value;
    }
    const sorted = buffer.subarray(0, count).sort();
    result.count.push(count);
    result.least.push(quantile(sorted, 0));
    result.p10.push(quantile(sorted, 0.1));
    result.p50.push(quantile(sorted, 0.5));
    result.p90.push(quantile(sorted, 0.9));
    result.greatest.push(quantile(sorted, 1));
  }
  return result;
}

function quantile(sorted: Float64Array, share: number): number | null {
  if (sorted.length === 0) return null;
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? 0;
  const above = sorted[Math.ceil(place)] ?? below;
  return below === above ? below : below + (above - below) * (place - Math.floor(place));
}
