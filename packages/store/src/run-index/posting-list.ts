import type { ArrayBlocks } from "./part-arrays.ts";
import { lowerBoundIn } from "./word-blocks.ts";

/** Entries that lie side by side in one array. */
export interface Piece {
  /** The row from which they count. */
  base: number;
  /** No entry is below. */
  lowest: number;
  /** All are below. */
  end: number;
  length: number;
  /** Where the first of them is in the array. */
  from: number;
  blocks: ArrayBlocks<Uint32Array>;
}

const NOTHING: Uint32Array = new Uint32Array(0);

/** Rows of one key, ascending: those of the parts, one behind the other. How many there are is known without reading any. */
export class PostingList {
  readonly length: number;
  readonly #pieces: readonly Piece[];
  /** How many entries stand before each piece, and in all. */
  readonly #starts: readonly number[];
  // The block that was read last: its entries from #start to #end are of the piece, and what is at an index is #shift further on in it.
  #piece: Piece | undefined;
  #values = NOTHING;
  #start = 0;
  #end = 0;
  #shift = 0;

  /** @param pieces in order, none of them empty */
  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
    const starts = [0];
    let length = 0;
    for (const piece of pieces) {
      length += piece.length;
      starts.push(length);
    }
    this.#starts = starts;
    this.length = length;
  }

  /** @returns -1 where there is no such entry */
  at(index: number): number {
    const piece = index >= this.#start && index < this.#end ? this.#piece : this.#turnToEntry(index);
    return piece === undefined ? -1 : (this.#values[index + this.#shift] ?? 0) + piece.base;
  }

  /** Calls `visit` with the rows from one index to another. */
  each(from: number, to: number, visit: (row: number) => void): void {
    for (let index = from; index < to; ) {
      const piece = this.#turnToEntry(index);
      if (piece === undefined) return;
      const values = this.#values;
      const shift = this.#shift;
      const border = Math.min(to, this.#end);
      for (; index < border; index++) visit((values[index + shift] ?? 0) + piece.base);
    }
  }

  /** How many entries are below `row`, `from` at least and `to` at most: where that is known of the answer, it is found sooner. */
  rank(row: number, from = 0, to = this.length): number {
    const place = this.#placeOf(row);
    const piece = this.#pieces[place];
    if (piece === undefined) return from;
    const start = this.#starts[place] ?? 0;
    const [low, high] = [Math.max(from, start), Math.min(to, start + piece.length)];
    if (low >= high) return Math.min(low, to);
    if (row <= piece.lowest) return low;
    if (row >= piece.end) return high;
    const shift = piece.from - start;
    return lowerBoundIn(piece.blocks, row - piece.base, low + shift, high + shift) - shift;
  }

  /** The last piece that has no entry but such as may be at or above the row's; -1 before the first. */
  #placeOf(row: number): number {
    const pieces = this.#pieces;
    let [low, high] = [0, pieces.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((pieces[middle]?.lowest ?? 0) <= row) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #turnToEntry(index: number): Piece | undefined {
    if (index < 0 || index >= this.length) return undefined;
    let [low, high] = [0, this.#pieces.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#starts[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    const piece = this.#pieces[low];
    if (piece === undefined) return undefined;
    const start = this.#starts[low] ?? 0;
    const { from, values } = piece.blocks.around(index - start + piece.from);
    this.#piece = piece;
    this.#values = values;
    this.#shift = piece.from - start - from;
    this.#start = Math.max(start, -this.#shift);
    this.#end = Math.min(start + piece.length, values.length - this.#shift);
    return piece;
  }
}

export const EMPTY_LIST = new PostingList([]);
