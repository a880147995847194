import type { PostingList } from "../run-index/index.ts";

/** The events that match, as ascending rows of an index that is in order of (timestamp, place in the log). */
export interface RowSet {
  readonly total: number;
  /** How many are below `row`. */
  countBelow(row: number): number;
  /** Up to `count` of them, leaving out the first `skip`. */
  take(skip: number, count: number): number[];
  /** All of them. */
  rows(): Iterable<number>;
}

/** All events from one row to another. */
export class RowInterval implements RowSet {
  readonly total: number;
  readonly #from: number;

  constructor(from: number, to: number) {
    this.#from = from;
    this.total = Math.max(0, to - from);
  }

  countBelow(row: number): number {
    return Math.min(this.total, Math.max(0, row - this.#from));
  }

  take(skip: number, count: number): number[] {
    const length = Math.max(0, Math.min(count, this.total - skip));
    return Array.from({ length }, (_, index) => this.#from + skip + index);
  }

  *rows(): Generator<number> {
    for (let row = this.#from; row < this.#from + this.total; row++) yield row;
  }
}

/** A posting list, or the part of one that lies in an interval. */
interface Slice {
  list: PostingList;
  from: number;
  to: number;
}

/** The union of posting lists that have no row in common: counted and paged without being made. */
export class DisjointUnion implements RowSet {
  readonly total: number;
  readonly #slices: Slice[] = [];
  readonly #low: number;
  readonly #high: number;

  constructor(lists: readonly PostingList[], low: number, high: number) {
    this.#low = low;
    this.#high = Math.max(low, high);
    let total = 0;
    for (const list of lists) {
      const from = list.rank(this.#low);
      const to = list.rank(this.#high, from);
      if (from === to) continue;
      this.#slices.push({ list, from, to });
      total += to - from;
    }
    this.total = total;
  }

  countBelow(row: number): number {
    return this.#slices.reduce((sum, { list, from, to }) => sum + list.rank(row, from, to) - from, 0);
  }

  take(skip: number, count: number): number[] {
    const starts = this.#positions(Math.min(skip, this.total));
    const ends = this.#positions(Math.min(skip + count, this.total));
    const rows: number[] = [];
    this.#slices.forEach(({ list }, index) => {
      const end = ends[index] ?? 0;
      for (let at = starts[index] ?? 0; at < end; at++) rows.push(list.at(at));
    });
    return this.#slices.length > 1 ? rows.sort((a, b) => a - b) : rows;
  }

  *rows(): Generator<number> {
    const BATCH = 10_000;
    for (let skip = 0; skip < this.total; skip += BATCH) yield* this.take(skip, BATCH);
  }

  /** Where each list stands when `count` rows, counted over all of them in order, have been passed. */
  #positions(count: number): number[] {
    const [only] = this.#slices;
    if (this.#slices.length === 1 && only !== undefined) return [only.from + count];
    if (count === 0) return this.#slices.map(({ from }) => from);
    if (count === this.total) return this.#slices.map(({ to }) => to);
    // Look for the row below which there are `count`; what is known of it narrows the search in each list.
    let [low, high] = [this.#low, this.#high];
    let below = this.#slices.map(({ from }) => from);
    let above = this.#slices.map(({ to }) => to);
    while (low < high) {
      const middle = (low + high) >>> 1;
      let passed = 0;
      const positions = this.#slices.map(({ list, from }, index) => {
        const position = list.rank(middle, below[index], above[index]);
        passed += position - from;
        return position;
      });
      if (passed === count) return positions;
      if (passed < count) {
        low = middle + 1;
        below = positions;
      } else {
        high = middle;
        above = positions;
      }
    }
    return above;
  }
}

/** Any set, a bit for each event. */
export class RowBitmap implements RowSet {
  #words: Uint32Array;
  #total = 0;

  constructor(size: number) {
    this.#words = new Uint32Array((size + 31) >>> 5);
  }

  /** Makes room for rows up to `size`; what is in it stays. */
  growTo(size: number): void {
    const words = (size + 31) >>> 5;
    if (words <= this.#words.length) return;
    const grown = new Uint32Array(Math.max(words, Math.ceil(this.#words.length * 1.25)));
    grown.set(this.#words);
    this.#words = grown;
  }

  copy(): RowBitmap {
    const copied = new RowBitmap(0);
    copied.#words = this.#words.slice();
    copied.#total = this.#total;
    return copied;
  }

  add(row: number): void {
    const word = this.#words[row >>> 5] ?? 0;
    const bit = 1 << (row & 31);
    if ((word & bit) !== 0) return;
    this.#words[row >>> 5] = word | bit;
    this.#total++;
  }

  has(row: number): boolean {
    return ((this.#words[row >>> 5] ?? 0) & (1 << (row & 31))) !== 0;
  }

  get total(): number {
    return this.#total;
  }

  countBelow(row: number): number {
    let count = 0;
    for (let word = 0; word < row >>> 5; word++) count += bitCount(this.#words[word] ?? 0);
    const rest = (1 << (row & 31)) - 1;
    return count + bitCount((this.#words[row >>> 5] ?? 0) & rest);
  }

  take(skip: number, count: number): number[] {
    const rows: number[] = [];
    let toSkip = skip;
    for (let word = 0; word < this.#words.length && rows.length < count; word++) {
      let bits = this.#words[word] ?? 0;
      const here = bitCount(bits);
      if (here <= toSkip) {
        toSkip -= here;
        continue;
      }
      for (; bits !== 0 && rows.length < count; bits &= bits - 1) {
        if (toSkip > 0) toSkip--;
        else rows.push(word * 32 + 31 - Math.clz32(bits & -bits));
      }
    }
    return rows;
  }

  *rows(): Generator<number> {
    for (let word = 0; word < this.#words.length; word++) {
      for (let bits = this.#words[word] ?? 0; bits !== 0; bits &= bits - 1)
        yield word * 32 + 31 - Math.clz32(bits & -bits);
    }
  }
}

/** Bits set, counted in parallel (Hacker's Delight, 5-1). */
function bitCount(word: number): number {
  let count = word - ((word >>> 1) & 0x55555555);
  count = (count & 0x33333333) + ((count >>> 2) & 0x33333333);
  return Math.imul((count + (count >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
