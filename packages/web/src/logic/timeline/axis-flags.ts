import { type Range, toPixel } from "./viewport.ts";

/** A phase that begins at a place of the axis. */
export interface Flag {
  position: number;
  label: string;
}

/** A flag as it is drawn; without a label where that would stand whole on neither side. */
export interface PlacedFlag {
  x: number;
  label: string | undefined;
  /** Behind the pole, or before it. */
  side: "right" | "left";
}

/** Flags nearer to each other than this are one, in pixels. */
const NEAREST = 3;
const MARGIN = 8;

/** The flags in sight, and the phase that goes on at the left edge. `measure` says how wide a label is. */
export function placedFlags(
  flags: readonly Flag[],
  range: Range,
  width: number,
  measure: (label: string) => number,
): PlacedFlag[] {
  const placed: { x: number; label: string }[] = [];
  let running: string | undefined;
  for (const { position, label } of flags) {
    const x = toPixel(range, width, position);
    if (x < 0) running = label;
    else if (x <= width) {
      const last = placed.at(-1);
      if (last === undefined || x - last.x >= NEAREST) placed.push({ x, label });
    }
  }
  if (running !== undefined && (placed[0]?.x ?? width) > MARGIN) placed.unshift({ x: 0, label: running });
  let taken = 0;
  return placed.map(({ x, label }, at): PlacedFlag => {
    const wanted = measure(label) + MARGIN;
    const fits = wanted <= (placed[at + 1]?.x ?? width) - x;
    const fitsBefore = !fits && wanted <= x - taken;
    taken = fits ? x + wanted : x + MARGIN;
    return { x, label: fits || fitsBefore ? label : undefined, side: fitsBefore ? "left" : "right" };
  });
}

/** Positions that are ticked off, each pixel once. */
export function tickPixels(positions: readonly number[], range: Range, width: number): number[] {
  const pixels = new Set<number>();
  for (const position of positions) {
    const x = Math.round(toPixel(range, width, position));
    if (x >= 0 && x <= width) pixels.add(x);
  }
  return [...pixels];
}
