import type { ColumnBytes, ColumnReals, ColumnWords } from "./part-arrays.ts";
import type { PartList } from "./part-list.ts";

// One class for each type of array: read by the same code, they take twice the time.

/** A column of all parts. The block that was read last is at hand: a row next to the last takes 2 ns. */
export class RealsColumn {
  readonly #parts: PartList;
  readonly #name: ColumnReals;
  #values: Float64Array = new Float64Array(0);
  #first = 0;
  #count = 0;

  constructor(parts: PartList, name: ColumnReals) {
    this.#parts = parts;
    this.#name = name;
  }

  /** @returns 0 where there is no such row */
  at(row: number): number {
    const place = row - this.#first;
    return place >= 0 && place < this.#count ? (this.#values[place] ?? 0) : this.#elsewhere(row);
  }

  forget(): void {
    this.#values = new Float64Array(0);
    this.#count = 0;
  }

  #elsewhere(row: number): number {
    const part = this.#parts.at(row);
    if (part === undefined) return 0;
    const { from, values } = part.arrays.realBlocks(this.#name).around(row - part.first);
    this.#values = values;
    this.#first = part.first + from;
    this.#count = rowsOfBlock(part.rows, from, values.length);
    return values[row - this.#first] ?? 0;
  }
}

export class WordsColumn {
  readonly #parts: PartList;
  readonly #name: ColumnWords;
  #values: Uint32Array = new Uint32Array(0);
  #first = 0;
  #count = 0;

  constructor(parts: PartList, name: ColumnWords) {
    this.#parts = parts;
    this.#name = name;
  }

  /** @returns 0 where there is no such row */
  at(row: number): number {
    const place = row - this.#first;
    return place >= 0 && place < this.#count ? (this.#values[place] ?? 0) : this.#elsewhere(row);
  }

  forget(): void {
    this.#values = new Uint32Array(0);
    this.#count = 0;
  }

  #elsewhere(row: number): number {
    const part = this.#parts.at(row);
    if (part === undefined) return 0;
    const { from, values } = part.arrays.wordBlocks(this.#name).around(row - part.first);
    this.#values = values;
    this.#first = part.first + from;
    this.#count = rowsOfBlock(part.rows, from, values.length);
    return values[row - this.#first] ?? 0;
  }
}

export class BytesColumn {
  readonly #parts: PartList;
  readonly #name: ColumnBytes;
  #values: Uint8Array = new Uint8Array(0);
  #first = 0;
  #count = 0;

  constructor(parts: PartList, name: ColumnBytes) {
    this.#parts = parts;
    this.#name = name;
  }

  /** @returns 0 where there is no such row */
  at(row: number): number {
    const place = row - this.#first;
    return place >= 0 && place < this.#count ? (this.#values[place] ?? 0) : this.#elsewhere(row);
  }

  forget(): void {
    this.#values = new Uint8Array(0);
    this.#count = 0;
  }

  #elsewhere(row: number): number {
    const part = this.#parts.at(row);
    if (part === undefined) return 0;
    const { from, values } = part.arrays.byteBlocks(this.#name).around(row - part.first);
    this.#values = values;
    this.#first = part.first + from;
    this.#count = rowsOfBlock(part.rows, from, values.length);
    return values[row - this.#first] ?? 0;
  }
}

/** An array that grows has more room than rows; an empty one says the same of all. */
function rowsOfBlock(rows: number, from: number, length: number): number {
  return length === 0 ? rows : Math.min(length, rows - from);
}
