import { closeSync, fstatSync, readSync } from "node:fs";
import { openRegular } from "@llm-sim/events/run";

/**
 * What a thread scans at a time, of text, in bytes, at most: of lines of 410 bytes the events nearly fill a part of the index. A question
 * looks into each part: few that are full are better than many.
 */
export const STRETCH_BYTES = 88 * 1024 * 1024;
/** What is left behind a cut is not worth one more. */
const SPARED = 1.25;
const WINDOW_BYTES = 64 * 1024;

/** A segment of which something has not been taken in. */
export interface Unscanned {
  path: string;
  file: string;
  inode: number;
  compressed: boolean;
  /** Of its first byte in the run's text. */
  base: number;
  /** Bytes that were taken in, up to behind a newline. */
  taken: number;
}

/** Whole lines of a segment: from one byte to another; to its end, as far as lines are whole, where `to` is `undefined`. */
export interface Piece {
  path: string;
  file: string;
  inode: number;
  compressed: boolean;
  base: number;
  from: number;
  to: number | undefined;
}

/**
 * Cuts the segments, given in the order of the log, at newlines into stretches for threads to scan: each of about `STRETCH_BYTES`, of one
 * segment or of several small ones; a compressed segment is one by itself. It ends before a segment that others follow although its last line has no end.
 */
export function* stretchesOf(segments: readonly Unscanned[], bytes = STRETCH_BYTES): Generator<Piece[]> {
  let stretch: Piece[] = [];
  let filled = 0;
  for (const segment of segments) {
    if (segment.compressed) {
      if (stretch.length > 0) yield stretch;
      yield [piece(segment, segment.taken, undefined)];
      [stretch, filled] = [[], 0];
      continue;
    }
    const cuts = cutsOf(segment, bytes, bytes - filled);
    let from = segment.taken;
    for (const to of cuts.ends) {
      stretch.push(piece(segment, from, to));
      filled += to - from;
      from = to;
      if (filled < bytes) continue;
      yield stretch;
      [stretch, filled] = [[], 0];
    }
    if (cuts.isTorn) break;
  }
  if (stretch.length > 0) yield stretch;
}

function piece(
  { path, file, inode, compressed, base }: Unscanned,
  from: number,
  to: number | undefined,
): Piece {
  return { path, file, inode, compressed, base, from, to };
}

/** Where the pieces of a segment end, the first of which has room for `first` bytes; and whether something stands behind its last newline. */
function cutsOf(segment: Unscanned, bytes: number, first: number): { ends: number[]; isTorn: boolean } {
  const file = openRegular(segment.path);
  try {
    const { size, ino } = fstatSync(file);
    if (ino !== segment.inode) return { ends: [], isTorn: true };
    const end = lastLineEnd(file, segment.taken, size);
    const ends: number[] = [];
    let room = first;
    for (let from = segment.taken; from < end; room = bytes) {
      const to = end - from <= room * SPARED ? end : lineEnd(file, from + room, end);
      ends.push(to);
      from = to;
    }
    return { ends, isTorn: end < size };
  } finally {
    closeSync(file);
  }
}

/** Behind the first newline from `at` on; `end` where there is none before. */
function lineEnd(file: number, at: number, end: number): number {
  const window = Buffer.allocUnsafe(WINDOW_BYTES);
  for (let from = at - 1; from < end; from += WINDOW_BYTES) {
    const count = readSync(file, window, 0, Math.min(WINDOW_BYTES, end - from), from);
    const newline = window.subarray(0, count).indexOf(0x0a);
    if (newline >= 0) return from + newline + 1;
    if (count === 0) break;
  }
  return end;
}

/** Behind the last newline between the two; `from` where there is none. */
function lastLineEnd(file: number, from: number, to: number): number {
  const window = Buffer.allocUnsafe(WINDOW_BYTES);
  for (let end = to; end > from; end -= WINDOW_BYTES) {
    const start = Math.max(from, end - WINDOW_BYTES);
    const count = readSync(file, window, 0, end - start, start);
    const newline = window.subarray(0, count).lastIndexOf(0x0a);
    if (newline >= 0) return start + newline + 1;
  }
  return from;
}
