import type { ArrayBlocks } from "./part-arrays.ts";

const NOTHING = new Uint32Array(0);

/** Entries of an array that are read one behind the other: the block that was read last is at hand. */
export class WordsInOrder {
  #blocks: ArrayBlocks<Uint32Array>;
  #values: Uint32Array = NOTHING;
  #from = 0;

  constructor(blocks: ArrayBlocks<Uint32Array>) {
    this.#blocks = blocks;
  }

  turnTo(blocks: ArrayBlocks<Uint32Array>): void {
    this.#blocks = blocks;
    this.#values = NOTHING;
  }

  /** @returns 0 where there is no such entry */
  at(entry: number): number {
    const place = entry - this.#from;
    return place >= 0 && place < this.#values.length ? (this.#values[place] ?? 0) : this.#elsewhere(entry);
  }

  #elsewhere(entry: number): number {
    const { from, values } = this.#blocks.around(entry);
    this.#from = from;
    this.#values = values;
    return values[entry - from] ?? 0;
  }
}
