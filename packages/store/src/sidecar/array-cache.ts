import type { ArrayBlock, ArrayBlocks } from "../run-index/index.ts";

/** Numbers of a part, as they are kept. */
export type KeptArray = Uint8Array | Uint32Array | Float64Array;

/** Of a block of an array, in bytes: a page of a hundred rows lies in one or two of each column. The last may be shorter. */
export const BLOCK_BYTES = 16_384;
/** An array that is smaller stays once it was read, in bytes: to read it again costs more than to keep it. */
export const SMALL_BYTES = 4096;
/** Blocks that are read at once where an array is gone through in order, at most. */
const MOST_AHEAD = 16;
const NOTHING = -2;

/**
 * Blocks of arrays that can be read again, in memory up to a budget that they share. Who has not been touched since the last round goes: a
 * touch is one assignment, so that it may be made wherever a block is fetched.
 */
export class ArrayCache {
  /** Bytes that the blocks may take together; what is asked for is read in any case. */
  budget: number;
  #held = 0;
  /** In the order in which they are looked at when there is no room; whoever was touched meanwhile goes to the end. */
  readonly #loaded = new Set<CachedBlock>();

  constructor(budget: number) {
    this.budget = budget;
  }

  /** Bytes of memory. */
  get held(): number {
    return this.#held;
  }

  /** Lets go of what is beyond the budget. */
  shrink(): void {
    // Each is passed over once at most: nobody touches any meanwhile.
    for (const block of this.#loaded) {
      if (this.#held <= this.budget) return;
      this.#loaded.delete(block);
      if (block.isTouched) {
        block.isTouched = false;
        this.#loaded.add(block);
      } else {
        this.#held -= block.values.byteLength;
        block.forget();
      }
    }
  }

  /** @param stays however little room there is */
  added(block: CachedBlock, stays: boolean): void {
    this.#held += block.values.byteLength;
    if (!stays) this.#loaded.add(block);
    if (this.#held > this.budget) this.shrink();
  }

  /** Its owner is done with it. */
  remove(block: CachedBlock): void {
    this.#held -= block.values.byteLength;
    this.#loaded.delete(block);
    block.forget();
  }
}

/** One of them. Whoever has it in hand may go on reading it when the cache has let go of it. */
class CachedBlock<Kept extends KeptArray = KeptArray> implements ArrayBlock<Kept> {
  readonly from: number;
  readonly values: Kept;
  readonly forget: () => void;
  /** Since the cache last looked. */
  isTouched = true;

  constructor(from: number, values: Kept, forget: () => void) {
    this.from = from;
    this.values = values;
    this.forget = forget;
  }
}

/** How an array is kept. */
export interface KeptPlace<Kept extends KeptArray> {
  /** Of the array, in bytes. */
  length: number;
  /** Of an entry, in bytes. */
  entryBytes: number;
  /** The first entry of each block, where there are several. */
  firsts: Kept;
  /** Reads blocks, by number from the first to before the last. Throws where one is not whole. */
  read: (first: number, end: number) => Kept[];
  /** Of the whole array, in which blocks are put together. */
  make: (entries: number) => Kept;
}

/** An array of which each block is read when it is first asked for, and again where it was let go. */
export class CachedArray<Kept extends KeptArray = KeptArray> implements ArrayBlocks<Kept> {
  readonly entries: number;
  readonly size: number;
  readonly firsts: Kept;
  readonly #cache: ArrayCache;
  readonly #owner: { held: number };
  readonly #place: KeptPlace<Kept>;
  readonly #blocks: (CachedBlock<Kept> | undefined)[] = [];
  readonly #count: number;
  /** The power of two that the entries of a block are. */
  readonly #shift: number;
  // Where blocks were read last, and how many at once.
  #readTo = NOTHING;
  #ahead = 1;

  /** @param owner counts the bytes of its arrays */
  constructor(cache: ArrayCache, owner: { held: number }, place: KeptPlace<Kept>) {
    this.#cache = cache;
    this.#owner = owner;
    this.#place = place;
    this.#count = Math.max(1, Math.ceil(place.length / BLOCK_BYTES));
    this.entries = place.length / place.entryBytes;
    this.size = BLOCK_BYTES / place.entryBytes;
    this.firsts = place.firsts;
    this.#shift = Math.log2(this.size);
  }

  around(entry: number): ArrayBlock<Kept> {
    const number = entry >>> this.#shift;
    const block = this.#blocks[number];
    if (block === undefined) return this.#read(number);
    block.isTouched = true;
    return block;
  }

  /** All of it: the block itself where there is but one, else a copy. */
  whole(): Kept {
    if (this.#count === 1) return this.around(0).values;
    const all = this.#place.make(this.entries);
    for (let number = 0; number < this.#count; number++) {
      const { from, values } = this.around(number * this.size);
      all.set(values, from);
    }
    return all;
  }

  /** Takes its first block, which was read along with something else. */
  take(values: Kept): void {
    this.#add(0, values);
  }

  /** Lets go of what was read. */
  release(): void {
    for (const block of this.#blocks) if (block !== undefined) this.#cache.remove(block);
  }

  /** Blocks that follow one another are read in growing groups: opening the file costs as much as reading some of them. */
  #read(number: number): ArrayBlock<Kept> {
    if (number >= this.#count) return this.around((this.#count - 1) * this.size);
    this.#ahead = number === this.#readTo ? Math.min(this.#ahead * 2, MOST_AHEAD) : 1;
    let end = number + 1;
    const border = Math.min(this.#count, number + this.#ahead);
    while (end < border && this.#blocks[end] === undefined) end++;
    this.#readTo = end;
    const read = this.#place.read(number, end);
    // The one that was asked for comes last: the others might take its room.
    for (let at = read.length - 1; at > 0; at--) {
      const values = read[at];
      if (values !== undefined) this.#add(number + at, values);
    }
    return this.#add(number, read[0] ?? this.#place.make(0));
  }

  #add(number: number, values: Kept): CachedBlock<Kept> {
    const block = new CachedBlock(number * this.size, values, () => {
      this.#owner.held -= values.byteLength;
      this.#blocks[number] = undefined;
    });
    this.#blocks[number] = block;
    this.#owner.held += values.byteLength;
    this.#cache.added(block, this.#place.length <= SMALL_BYTES);
    return block;
  }
}
