import type { WordsAround } from "./word-blocks.ts";

const NOTHING = new Uint32Array(0);

/** Entries of an array that are read one behind the other: the block that was read last is at hand. */
export class WordsInOrder {
  #around: WordsAround;
  #values: Uint32Array = NOTHING;
  #from = 0;

  constructor(around: WordsAround) {
    this.#around = around;
  }

  turnTo(around: WordsAround): void {
    this.#around = around;
    this.#values = NOTHING;
  }

  /** @returns 0 where there is no such entry */
  at(entry: number): number {
    const place = entry - this.#from;
    return place >= 0 && place < this.#values.length ? (this.#values[place] ?? 0) : this.#elsewhere(entry);
  }

  #elsewhere(entry: number): number {
    const { from, values } = this.#around(entry);
    this.#from = from;
    this.#values = values;
    return values[entry - from] ?? 0;
  }
}
