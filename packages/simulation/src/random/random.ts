import { hash } from "node:crypto";
import { type Block, philox } from "./philox.ts";

const TWO_32 = 2 ** 32;
const TWO_53 = 2 ** 53;

/** What of a stream its name decides: the generator's key, and one word of its counter. */
type StreamKey = readonly [number, number, number];

/** The keys of one seed: cut from SHA-256 of seed and name, and kept, as the same names come up every turn. */
class StreamKeys {
  readonly #seed: number;
  readonly #keys = new Map<string, StreamKey>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  of(name: string): StreamKey {
    let key = this.#keys.get(name);
    if (!key) {
      const digest = hash("sha256", `${this.#seed}\n${name}`, "buffer");
      key = [digest.readUInt32LE(0), digest.readUInt32LE(4), digest.readUInt32LE(8)];
      this.#keys.set(name, key);
    }
    return key;
  }
}

/** One stream of random numbers, and how far it has been drawn. Costs next to nothing until something draws. */
export class RandomStream {
  readonly #keys: StreamKeys;
  readonly name: string;
  readonly #turn: number;
  readonly #occurrence: number;
  #block: Block | undefined;
  #drawn = 0;
  #counts: Map<string, number> | undefined;

  /** @internal */
  constructor(keys: StreamKeys, name: string, turn: number, occurrence: number) {
    this.#keys = keys;
    this.name = name;
    this.#turn = turn;
    this.#occurrence = occurrence;
  }

  /** How often `what` came up before, while this stream was the one that was drawn from. */
  occurrence(what: string): number {
    this.#counts ??= new Map();
    const count = this.#counts.get(what) ?? 0;
    this.#counts.set(what, count + 1);
    return count;
  }

  /** The next word of 32 bits. */
  next(): number {
    this.#block ??= [0, 0, 0, 0];
    const word = this.#drawn % 4;
    if (word === 0) {
      const [key0, key1, rest] = this.#keys.of(this.name);
      philox(this.#block, key0, key1, [this.#drawn / 4, this.#turn, this.#occurrence, rest]);
    }
    this.#drawn++;
    return this.#block[word] ?? 0;
  }
}

/**
 * A seeded source of random numbers; not for secrets. It draws from a stream that belongs to what is going on: one for each
 * agent and turn, one for each hook, rule and action of an engine, by its name, turn, occurrence and acting agent. What one
 * draws, and how often, never changes what another one gets, in the same turn or later. Generator: {@link philox}.
 */
export class Random {
  readonly #keys: StreamKeys;
  #stream: RandomStream;

  private constructor(keys: StreamKeys, stream: RandomStream) {
    this.#keys = keys;
    this.#stream = stream;
  }

  /** The stream called `name` of a run with this seed, to begin with. */
  static seeded(seed: number, name: string): Random {
    const keys = new StreamKeys(seed);
    return new Random(keys, new RandomStream(keys, name, 0, 0));
  }

  /** @internal Another stream of the same seed, untouched. */
  stream(name: string, turn: number, occurrence = 0): RandomStream {
    return new RandomStream(this.#keys, name, turn, occurrence);
  }

  /** @internal One that draws from a stream of the same seed. */
  from(stream: RandomStream): Random {
    return new Random(this.#keys, stream);
  }

  /** @internal Draws from `stream` from here on. @returns the stream it drew from before */
  follow(stream: RandomStream): RandomStream {
    const before = this.#stream;
    this.#stream = stream;
    return before;
  }

  /** An integer from 0 to 2^32 - 1. */
  uint32(): number {
    return this.#stream.next();
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
