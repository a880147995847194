import { createHash } from "node:crypto";

/** Where a stream of random numbers stands: four unsigned 32-bit integers, as a checkpoint keeps them. */
export type RandomState = readonly [number, number, number, number];

const TWO_32 = 2 ** 32;
const TWO_53 = 2 ** 53;

/**
 * A seeded source of random numbers: sfc32 (Chris Doty-Humphrey, PractRand), four words of state of which one is a
 * counter, so no seed has a period under 2^32. Fast and well distributed; not for secrets.
 *
 * Streams that are seeded with different names are independent of each other: what one agent draws never changes
 * what another one gets.
 */
export class Random {
  #a: number;
  #b: number;
  #c: number;
  #counter: number;

  private constructor(state: RandomState) {
    [this.#a, this.#b, this.#c, this.#counter] = state;
  }

  /** The stream called `name` of a run with this seed. The state is cut from SHA-256 of both. */
  static seeded(seed: number, name: string): Random {
    const digest = createHash("sha256").update(`${seed}\n${name}`).digest();
    return new Random([
      digest.readUInt32LE(0),
      digest.readUInt32LE(4),
      digest.readUInt32LE(8),
      digest.readUInt32LE(12),
    ]);
  }

  /** Goes on where `state` was taken. */
  static from(state: RandomState): Random {
    return new Random(state);
  }

  get state(): RandomState {
    return [this.#a >>> 0, this.#b >>> 0, this.#c >>> 0, this.#counter >>> 0];
  }

  /** An integer from 0 to 2^32 - 1. */
  uint32(): number {
    const result = (this.#a + this.#b + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result >>> 0;
  }

  /** A number from 0 up to but not including 1, with all 53 bits of a double. */
  float(): number {
    return ((this.uint32() >>> 5) * 2 ** 26 + (this.uint32() >>> 6)) / TWO_53;
  }

  /** An integer from `low` to `high`, both included, every one as likely. */
  integer(low: number, high: number): number {
    const span = high - low + 1;
    if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high) || span < 1 || span > TWO_32) {
      throw new RangeError(`no integers from ${low} to ${high}: give whole numbers, at most 2^32 of them`);
    }
    // What lies past the last whole multiple of the span is drawn again; the remainder alone would favour low numbers.
    const limit = TWO_32 - (TWO_32 % span);
    let drawn = this.uint32();
    while (drawn >= limit) drawn = this.uint32();
    return low + (drawn % span);
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.float() < probability;
  }

  /** One of the items. */
  pick<T>(items: readonly [T, ...T[]]): T;
  pick<T>(items: readonly T[]): T | undefined;
  pick<T>(items: readonly T[]): T | undefined {
    return items.length === 0 ? undefined : items[this.integer(0, items.length - 1)];
  }

  /** The items in random order; the original stays as it is. */
  shuffle<T>(items: readonly T[]): T[] {
    return items
      .map((item) => ({ item, rank: this.float() }))
      .sort((left, right) => left.rank - right.rank)
      .map(({ item }) => item);
  }
}
