/** A part of the axis, in turns (turn 3 reaches from 3 to 4) or microseconds since 1970. */
export interface Range {
  from: number;
  to: number;
}

/** The shortest part that can be shown: a fiftieth of a turn, or ten microseconds. */
export const SHORTEST = { turn: 0.02, time: 10 } as const;

export function length(range: Range): number {
  return range.to - range.from;
}

/** Pixels from the left edge. */
export function toPixel(range: Range, width: number, position: number): number {
  return ((position - range.from) / length(range)) * width;
}

export function toPosition(range: Range, width: number, pixel: number): number {
  return range.from + (pixel / width) * length(range);
}

/** `factor` < 1 comes nearer; what is under `anchor` stays under it. */
export function zoom(range: Range, domain: Range, factor: number, anchor: number, shortest: number): Range {
  const wanted = Math.min(length(domain), Math.max(shortest, length(range) * factor));
  const share = (anchor - range.from) / length(range);
  return within({ from: anchor - share * wanted, to: anchor + (1 - share) * wanted }, domain);
}

export function pan(range: Range, domain: Range, by: number): Range {
  return within({ from: range.from + by, to: range.to + by }, domain);
}

/** The range moved, or where it is too long cut, so that it lies in the domain. */
export function within(range: Range, domain: Range): Range {
  const size = length(range);
  if (size >= length(domain)) return { from: domain.from, to: domain.to };
  if (range.from < domain.from) return { from: domain.from, to: domain.from + size };
  if (range.to > domain.to) return { from: domain.to - size, to: domain.to };
  return range;
}

/** The range moved as little as brings a position into sight, with a margin of a tenth. */
export function follow(range: Range, domain: Range, position: number): Range {
  const margin = length(range) / 10;
  if (position > range.to - margin) return within(shift(range, position - (range.to - margin)), domain);
  if (position < range.from + margin) return within(shift(range, position - (range.from + margin)), domain);
  return range;
}

function shift(range: Range, by: number): Range {
  return { from: range.from + by, to: range.to + by };
}
