import type { ArrayBlock } from "./part-arrays.ts";
import { compareUlids, ULID_WORDS } from "./ulid.ts";

/** Finds the block of an array in which an entry is. */
export type WordsAround = (entry: number) => ArrayBlock<Uint32Array>;

/** An array in memory is one block. */
export function inOneBlock(values: Uint32Array): WordsAround {
  const block = { from: 0, values };
  return () => block;
}

/** An entry of the array; 0 where there is no such entry. */
export function entryOf(around: WordsAround, entry: number): number {
  const { from, values } = around(entry);
  return values[entry - from] ?? 0;
}

/** The first place from `from` to `to` of ascending values whose value is not below. */
export function lowerBound(values: Uint32Array, value: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The same in blocks, of which few are read: in the one that holds the middle, its ends tell whether to stay. */
export function lowerBoundAround(around: WordsAround, value: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const block = around((low + high) >>> 1);
    const start = Math.max(low, block.from);
    const end = Math.min(high, block.from + block.values.length);
    if ((block.values[end - 1 - block.from] ?? 0) < value) low = end;
    else if ((block.values[start - block.from] ?? 0) >= value) high = start;
    else return lowerBound(block.values, value, start - block.from, end - block.from) + block.from;
  }
  return low;
}

/** The block of ascending ids that holds the one at `at` of `words`, if any does. */
export function blockOfId(
  ids: WordsAround,
  rows: number,
  words: Uint32Array,
  at: number,
): ArrayBlock<Uint32Array> | undefined {
  let [low, high] = [0, rows];
  while (low < high) {
    const block = ids(((low + high) >>> 1) * ULID_WORDS);
    const { from, values } = block;
    if (compareUlids(values, 0, words, at) > 0) high = from / ULID_WORDS;
    else if (compareUlids(values, values.length - ULID_WORDS, words, at) < 0)
      low = (from + values.length) / ULID_WORDS;
    else return block;
  }
  return undefined;
}
