import type { Columns } from "./columns.ts";
import { grownCapacity } from "./growable.ts";
import { compareUlids, ULID_WORDS } from "./ulid.ts";

const EMPTY = 0xffffffff;
const RECENT = 8192;

/**
 * The row of an event id. This project's logs ascend by id: a binary search needs no memory, and finds a recent id in
 * a few steps. Others (the Python dialect within a millisecond) get a hash table, 8 to 16 bytes an event.
 */
export class IdLookup {
  readonly #columns: Columns;
  #ascending = true;
  #slots: Uint32Array | undefined;
  /** Rows added lately, by the low bits of their ids, which count up: most causes are among them. */
  readonly #recent = new Uint32Array(RECENT);

  constructor(columns: Columns) {
    this.#columns = columns;
    for (let row = 1; row < columns.rows && this.#ascending; row++) this.#check(row);
  }

  get ascending(): boolean {
    return this.#ascending;
  }

  /** Whether no row has the id. Where it is above all others, which is nearly always, that takes one comparison. */
  isNew(words: Uint32Array): boolean {
    const { id, rows } = this.#columns;
    if (rows === 0 || (this.#ascending && compareUlids(id, (rows - 1) * ULID_WORDS, words, 0) < 0))
      return true;
    return this.find(words, 0) < 0;
  }

  /** @returns the row, or -1 */
  find(words: Uint32Array, at: number): number {
    const { id, rows } = this.#columns;
    if (this.#slots) return this.#find(this.#slots, words, at);
    const recent = this.#recent[(words[at + 3] ?? 0) % RECENT] ?? 0;
    if (recent < rows && compareUlids(id, recent * ULID_WORDS, words, at) === 0) return recent;
    // Growing steps back from the end: what is looked for while a log is read lies close to it.
    let [low, high, step] = [0, rows, 8];
    while (high > 0 && step < rows) {
      const probe = rows - step;
      if (compareUlids(id, probe * ULID_WORDS, words, at) <= 0) {
        low = probe;
        break;
      }
      high = probe;
      step *= 4;
    }
    while (low < high) {
      const middle = (low + high) >>> 1;
      const order = compareUlids(id, middle * ULID_WORDS, words, at);
      if (order === 0) return middle;
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return -1;
  }

  /** To be called for each row that is added, the moment it is. */
  added(row: number): void {
    if (!this.#ascending) this.#insert(row);
    else {
      this.#check(row);
      this.#recent[(this.#columns.id[row * ULID_WORDS + 3] ?? 0) % RECENT] = row;
    }
  }

  get bytes(): number {
    return this.#recent.byteLength + (this.#slots?.byteLength ?? 0);
  }

  #check(row: number): void {
    const { id } = this.#columns;
    if (row === 0 || compareUlids(id, (row - 1) * ULID_WORDS, id, row * ULID_WORDS) < 0) return;
    this.#ascending = false;
    this.#rehash();
  }

  #insert(row: number): void {
    if (this.#slots && (row + 1) * 2 <= this.#slots.length) this.#place(this.#slots, row);
    else this.#rehash();
  }

  #rehash(): void {
    const { rows } = this.#columns;
    const wanted = 2 ** Math.ceil(Math.log2(grownCapacity(rows, rows + 1) * 2));
    const slots = new Uint32Array(wanted).fill(EMPTY);
    this.#slots = slots;
    for (let row = 0; row < rows; row++) this.#place(slots, row);
  }

  #place(slots: Uint32Array, row: number): void {
    const { id } = this.#columns;
    const mask = slots.length - 1;
    let slot = hash(id, row * ULID_WORDS) & mask;
    while (slots[slot] !== EMPTY) slot = (slot + 1) & mask;
    slots[slot] = row;
  }

  #find(slots: Uint32Array, words: Uint32Array, at: number): number {
    const { id } = this.#columns;
    const mask = slots.length - 1;
    for (let slot = hash(words, at) & mask; ; slot = (slot + 1) & mask) {
      const row = slots[slot] ?? EMPTY;
      if (row === EMPTY) return -1;
      if (compareUlids(id, row * ULID_WORDS, words, at) === 0) return row;
    }
  }
}

/** The last 80 of a ULID's bits are random or count up: multiplied, they spread. */
function hash(words: Uint32Array, at: number): number {
  const mixed =
    Math.imul(words[at + 3] ?? 0, 0x9e3779b1) ^
    Math.imul((words[at + 2] ?? 0) ^ (words[at + 1] ?? 0), 0x85ebca6b);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
