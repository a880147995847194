import type { ArrayBlock, ArrayBlocks } from "./part-arrays.ts";
import { compareUlids, ULID_WORDS } from "./ulid.ts";

/** An entry of the array; 0 where there is no such entry. */
export function entryOf(blocks: ArrayBlocks<Uint32Array>, entry: number): number {
  const { from, values } = blocks.around(entry);
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

/** The same in blocks, of which one is read. */
export function lowerBoundIn(
  blocks: ArrayBlocks<Uint32Array>,
  value: number,
  from: number,
  to: number,
): number {
  if (from >= to) return from;
  const { firsts, size } = blocks;
  // What stands before `from` need not be in order with what is searched: of the block with `from` the first entry says nothing.
  const next = lowerBound(firsts, value, Math.floor(from / size) + 1, Math.floor((to - 1) / size) + 1);
  const start = (next - 1) * size;
  const { values } = blocks.around(start);
  return lowerBound(values, value, Math.max(from - start, 0), Math.min(to - start, size)) + start;
}

/** From which to which place of ascending reals `value` may stand, as far as that is known without reading a block: all before are below, all behind above. */
export function placesOf(
  { firsts, size, entries }: ArrayBlocks<Float64Array>,
  value: number,
): [from: number, to: number] {
  let [low, high] = [0, firsts.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((firsts[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  const from = Math.max(low - 1, 0) * size;
  while (low < firsts.length && firsts[low] === value) low++;
  return [from, low < firsts.length ? low * size : entries];
}

/** The block of ascending ids that holds the one at `at` of `words`, if any does. */
export function blockOfId(
  ids: ArrayBlocks<Uint32Array>,
  words: Uint32Array,
  at: number,
): ArrayBlock<Uint32Array> {
  const { firsts, size } = ids;
  let [low, high] = [0, firsts.length / ULID_WORDS];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compareUlids(firsts, middle * ULID_WORDS, words, at) > 0) high = middle;
    else low = middle + 1;
  }
  return ids.around(Math.max(low - 1, 0) * size);
}
