import { Uint32List } from "./growable.ts";

/** Rows of one key, ascending: a part that is packed with the others', and what has come since. */
export class PostingList {
  readonly #packed: Uint32Array;
  readonly #recent: readonly number[];
  readonly length: number;

  constructor(packed: Uint32Array, recent: readonly number[]) {
    this.#packed = packed;
    this.#recent = recent;
    this.length = packed.length + recent.length;
  }

  at(index: number): number {
    const packed = this.#packed.length;
    return (index < packed ? this.#packed[index] : this.#recent[index - packed]) ?? -1;
  }

  /** Calls `visit` with the rows from one index to another. */
  each(from: number, to: number, visit: (row: number) => void): void {
    const packed = this.#packed;
    const border = Math.min(to, packed.length);
    for (let index = from; index < border; index++) visit(packed[index] ?? -1);
    for (let index = Math.max(from, packed.length); index < to; index++)
      visit(this.#recent[index - packed.length] ?? -1);
  }

  /** How many entries are below `row`; it is known that the answer lies within `from`..`to`. */
  rank(row: number, from = 0, to = this.length): number {
    let [low, high] = [from, to];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.at(middle) < row) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

const EMPTY = new PostingList(new Uint32Array(0), []);
const NONE: readonly number[] = [];
// Packing costs a pass over everything: done when what is loose has grown to a quarter, or to this.
const LOOSE_LIMIT = 65_536;

/** Posting lists under dense integer keys: four bytes an entry once packed. Rows are added in ascending order. */
export class Postings {
  #starts: Uint32Array;
  #rows: Uint32Array;
  #recent = new Map<number, number[]>();
  #recentCount = 0;
  readonly #newKeys = new Uint32List(new Uint32Array(0), true);
  readonly #newRows = new Uint32List(new Uint32Array(0), true);

  constructor(starts: Uint32Array = new Uint32Array(1), rows: Uint32Array = new Uint32Array(0)) {
    this.#starts = starts;
    this.#rows = rows;
  }

  add(key: number, row: number): void {
    this.#newKeys.push(key);
    this.#newRows.push(row);
  }

  list(key: number): PostingList {
    this.#settle();
    const packed = this.#packed(key);
    const recent = this.#recent.get(key);
    if (recent === undefined) return packed.length === 0 ? EMPTY : new PostingList(packed, NONE);
    return new PostingList(packed, recent);
  }

  /** One more than the highest key there may be entries for. */
  get keys(): number {
    this.#settle();
    let keys = this.#starts.length - 1;
    for (const key of this.#recent.keys()) keys = Math.max(keys, key + 1);
    return keys;
  }

  /** Packs everything. */
  pack(): void {
    const { keys } = this;
    if (this.#recentCount === 0) return;
    const starts = new Uint32Array(keys + 1);
    for (let key = 0; key < keys; key++) {
      starts[key + 1] = (starts[key] ?? 0) + this.#packed(key).length + (this.#recent.get(key)?.length ?? 0);
    }
    const rows = new Uint32Array(starts[keys] ?? 0);
    for (let key = 0; key < keys; key++) {
      const packed = this.#packed(key);
      rows.set(packed, starts[key]);
      const recent = this.#recent.get(key);
      if (recent !== undefined) rows.set(recent, (starts[key] ?? 0) + packed.length);
    }
    this.#replace(starts, rows);
  }

  /** As they are saved; packs. */
  arrays(): { starts: Uint32Array; rows: Uint32Array } {
    this.pack();
    return { starts: this.#starts, rows: this.#rows };
  }

  get bytes(): number {
    return this.#starts.byteLength + this.#rows.byteLength + this.#recentCount * 8 + this.#newKeys.bytes * 2;
  }

  #packed(key: number): Uint32Array {
    return this.#rows.subarray(
      this.#starts[key] ?? this.#rows.length,
      this.#starts[key + 1] ?? this.#rows.length,
    );
  }

  #settle(): void {
    const added = this.#newRows.length;
    if (added === 0) return;
    if (added + this.#recentCount > Math.max(LOOSE_LIMIT, this.#rows.length >> 2)) {
      this.#merge();
      return;
    }
    for (let index = 0; index < added; index++) {
      const key = this.#newKeys.values[index] ?? 0;
      const row = this.#newRows.values[index] ?? 0;
      const recent = this.#recent.get(key);
      if (recent === undefined) this.#recent.set(key, [row]);
      else recent.push(row);
    }
    this.#recentCount += added;
    this.#forgetNew();
  }

  /** Counting sort by key of what is new, behind what was packed and recent. */
  #merge(): void {
    const added = this.#newRows.length;
    const newKeys = this.#newKeys.values;
    const newRows = this.#newRows.values;
    let keys = this.#starts.length - 1;
    for (const key of this.#recent.keys()) keys = Math.max(keys, key + 1);
    for (let index = 0; index < added; index++) keys = Math.max(keys, (newKeys[index] ?? 0) + 1);

    const starts = new Uint32Array(keys + 1);
    for (let index = 0; index < added; index++) {
      const key = newKeys[index] ?? 0;
      starts[key + 1] = (starts[key + 1] ?? 0) + 1;
    }
    for (let key = 0; key < keys; key++) {
      const old = this.#packed(key).length + (this.#recent.get(key)?.length ?? 0);
      starts[key + 1] = (starts[key + 1] ?? 0) + (starts[key] ?? 0) + old;
    }
    const rows = new Uint32Array(starts[keys] ?? 0);
    const next = starts.slice();
    for (let key = 0; key < keys; key++) {
      const packed = this.#packed(key);
      rows.set(packed, starts[key]);
      const recent = this.#recent.get(key) ?? NONE;
      rows.set(recent, (starts[key] ?? 0) + packed.length);
      next[key] = (starts[key] ?? 0) + packed.length + recent.length;
    }
    for (let index = 0; index < added; index++) {
      const key = newKeys[index] ?? 0;
      const place = next[key] ?? 0;
      rows[place] = newRows[index] ?? 0;
      next[key] = place + 1;
    }
    this.#forgetNew();
    this.#replace(starts, rows);
  }

  #replace(starts: Uint32Array, rows: Uint32Array): void {
    this.#starts = starts;
    this.#rows = rows;
    this.#recent = new Map();
    this.#recentCount = 0;
  }

  #forgetNew(): void {
    this.#newKeys.length = 0;
    this.#newRows.length = 0;
    this.#newKeys.trim();
    this.#newRows.trim();
  }
}
