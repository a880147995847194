import type { RunIndex } from "../../run-index/index.ts";

/** Some milliseconds of reading. */
const MAX_ROWS = 1024;
/** Events can be of 16 MB each: so much is held at a time, or one event. */
const MAX_BYTES = 8 * 1024 * 1024;

/** The rows in their order, in pieces whose lines may be held in memory together. */
export function* batchesOf({ columns }: RunIndex, rows: readonly number[]): Generator<number[]> {
  let batch: number[] = [];
  let bytes = 0;
  for (const row of rows) {
    const length = columns.length(row);
    if (batch.length === MAX_ROWS || (batch.length > 0 && bytes + length > MAX_BYTES)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(row);
    bytes += length;
  }
  if (batch.length > 0) yield batch;
}

/** The first of the rows, as many as go into an answer: 32 MB of lines, at least one. */
export function withinAnswer({ columns }: RunIndex, rows: readonly number[]): readonly number[] {
  let bytes = 0;
  const end = rows.findIndex((row, place) => {
    bytes += columns.length(row);
    return place > 0 && bytes > MAX_ANSWER_BYTES;
  });
  return end === -1 ? rows : rows.slice(0, end);
}

export const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
