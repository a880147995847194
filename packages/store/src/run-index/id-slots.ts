import type { ArrayBlocks } from "./part-arrays.ts";
import { compareUlids, ULID_WORDS } from "./ulid.ts";
import { entryOf } from "./word-blocks.ts";

const EMPTY = 0xffffffff;
const FEWEST = 1024;

/** A hash table of a part's rows by their ids, for ids that do not ascend: 8 bytes an event where the part is full. Rows count from the part's first. */
export function madeSlots(ids: Uint32Array, rows: number): Uint32Array {
  const slots = new Uint32Array(2 ** Math.ceil(Math.log2(Math.max(FEWEST, rows * 2)))).fill(EMPTY);
  for (let row = 0; row < rows; row++) place(slots, ids, row);
  return slots;
}

/** The same with a row more: in place as long as there is room. */
export function withRow(slots: Uint32Array, ids: Uint32Array, row: number): Uint32Array {
  if ((row + 1) * 2 > slots.length) return madeSlots(ids, row + 1);
  place(slots, ids, row);
  return slots;
}

/** @returns the row whose id is at `at` of `words`, or -1 */
export function findInSlots(
  slots: ArrayBlocks<Uint32Array>,
  ids: ArrayBlocks<Uint32Array>,
  words: Uint32Array,
  at: number,
): number {
  const mask = slots.entries - 1;
  for (let slot = hash(words, at) & mask; ; slot = (slot + 1) & mask) {
    const row = entryOf(slots, slot);
    if (row === EMPTY) return -1;
    const { from, values } = ids.around(row * ULID_WORDS);
    if (compareUlids(values, row * ULID_WORDS - from, words, at) === 0) return row;
  }
}

/** The same where ids ascend. What is looked for while a log is read lies close to its end: growing steps go back from there. */
export function findAscending(ids: Uint32Array, rows: number, words: Uint32Array, at: number): number {
  let [low, high, step] = [0, rows, 8];
  while (high > 0 && step < rows) {
    const probe = rows - step;
    if (compareUlids(ids, probe * ULID_WORDS, words, at) <= 0) {
      low = probe;
      break;
    }
    high = probe;
    step *= 4;
  }
  while (low < high) {
    const middle = (low + high) >>> 1;
    const order = compareUlids(ids, middle * ULID_WORDS, words, at);
    if (order === 0) return middle;
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return -1;
}

function place(slots: Uint32Array, ids: Uint32Array, row: number): void {
  const mask = slots.length - 1;
  let slot = hash(ids, row * ULID_WORDS) & mask;
  while (slots[slot] !== EMPTY) slot = (slot + 1) & mask;
  slots[slot] = row;
}

/** The last 80 of a ULID's bits are random or count up: multiplied, they spread. */
function hash(words: Uint32Array, at: number): number {
  const mixed =
    Math.imul(words[at + 3] ?? 0, 0x9e3779b1) ^
    Math.imul((words[at + 2] ?? 0) ^ (words[at + 1] ?? 0), 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
