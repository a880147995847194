import type { FrozenPart } from "./frozen-part.ts";
import type { GrowingPart } from "./growing-part.ts";
import { PART_ROWS } from "./part-arrays.ts";

export type Part = FrozenPart | GrowingPart;

/** The parts of an index, one behind the other: frozen ones, and the growing one at the end. */
export class PartList {
  readonly #frozen: FrozenPart[] = [];
  #growing: GrowingPart;
  /** That was asked for last: for each column of a row there is one question. */
  #last: FrozenPart | undefined;

  constructor(growing: GrowingPart) {
    this.#growing = growing;
  }

  get frozen(): readonly FrozenPart[] {
    return this.#frozen;
  }

  get growing(): GrowingPart {
    return this.#growing;
  }

  get rows(): number {
    return this.#growing.first + this.#growing.rows;
  }

  /** Those that have rows. */
  get count(): number {
    return this.#frozen.length + (this.#growing.rows > 0 ? 1 : 0);
  }

  get(number: number): Part {
    return this.#frozen[number] ?? this.#growing;
  }

  /** The part of a row. */
  at(row: number): Part | undefined {
    const growing = this.#growing;
    if (row >= growing.first) return row < growing.first + growing.rows ? growing : undefined;
    const last = this.#last;
    if (last !== undefined && row >= last.first && row < last.first + last.rows) return last;
    this.#last = this.#frozen[this.numberAt(row)];
    return this.#last;
  }

  /** The number of a row's part; -1 where there is no such row. */
  numberAt(row: number): number {
    if (row < 0 || row >= this.rows) return -1;
    if (row >= this.#growing.first) return this.#frozen.length;
    // No part has more rows than that.
    let [low, high] = [Math.floor(row / PART_ROWS), this.#frozen.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((this.#frozen[middle]?.first ?? 0) <= row) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  push(part: FrozenPart, growing: GrowingPart): void {
    this.#frozen.push(part);
    this.#growing = growing;
  }

  /** The last frozen part grows again. */
  thaw(growing: GrowingPart): void {
    this.#frozen.pop();
    this.#last = undefined;
    this.#growing = growing;
  }
}
