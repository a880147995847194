import type { Axis } from "../view/index.ts";
import { length, type Range } from "./viewport.ts";

/** Buckets of one answer; at about four pixels each, half a screen. */
export const TILE_BUCKETS = 128;
const BUCKET_PIXELS = 4;

/** A stretch of the axis that is asked for as a whole, so that panning finds it again. */
export interface Tile {
  key: string;
  from: number;
  to: number;
}

/** How wide a bucket is at this zoom: a power of two, at least one turn (or a microsecond). */
export function bucketWidth(range: Range, width: number): number {
  return 2 ** Math.max(0, Math.floor(Math.log2((length(range) / Math.max(1, width)) * BUCKET_PIXELS)));
}

/** The tiles of `size` that a range touches, one more on either side. `to` is exclusive. */
export function tilesOver(range: Range, domain: Range, size: number, axis: Axis, beyond = 1): Tile[] {
  const first = Math.max(Math.floor(range.from / size) - beyond, Math.floor(domain.from / size));
  const last = Math.min(
    Math.floor(range.to / size) + beyond,
    Math.floor((domain.to - Number.EPSILON) / size),
  );
  // By their count: behind 2^53 there is no next number.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => {
    const number = first + at;
    return { key: `${axis}/${size}/${number}`, from: number * size, to: (number + 1) * size };
  });
}

/** How many turns (or microseconds) hold about `wanted` events, as a power of two, at least one turn. */
export function markTileSize(eventsPerUnit: number, wanted: number): number {
  return 2 ** Math.max(0, Math.floor(Math.log2(Math.max(1, wanted / Math.max(1e-12, eventsPerUnit)))));
}
