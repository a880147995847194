/** Numbers of a part, as they are kept. */
export type KeptArray = Uint8Array | Uint32Array | Float64Array;

/** What is smaller stays once it was read, in bytes: to read it again costs more than to keep it. */
const SMALL_BYTES = 4096;

/**
 * Arrays that can be read again, in memory up to a budget that they share. Who has not been touched since the last round goes: a touch is
 * one assignment, so that it may be made wherever an array is fetched.
 */
export class ArrayCache {
  /** Bytes that the arrays may take together; what is asked for is read in any case. */
  budget: number;
  #held = 0;
  /** In the order in which they are looked at when there is no room; whoever was touched meanwhile goes to the end. */
  readonly #loaded = new Set<CachedArray>();

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
    for (const array of this.#loaded) {
      if (this.#held <= this.budget) return;
      this.#loaded.delete(array);
      if (array.isTouched) {
        array.isTouched = false;
        this.#loaded.add(array);
      } else {
        this.#held -= array.bytes;
        array.forget();
      }
    }
  }

  added(array: CachedArray): void {
    this.#held += array.bytes;
    if (array.bytes > SMALL_BYTES) this.#loaded.add(array);
    if (this.#held > this.budget) this.shrink();
  }

  /** Its owner is done with it. */
  remove(array: CachedArray): void {
    if (!array.isLoaded) return;
    this.#held -= array.bytes;
    this.#loaded.delete(array);
    array.forget();
  }
}

/** One of them: read when it is first asked for, and again where it was let go. */
export class CachedArray<Kept extends KeptArray = KeptArray> {
  readonly bytes: number;
  readonly #cache: ArrayCache;
  readonly #owner: { held: number };
  readonly #read: () => Kept;
  #array: Kept | undefined;
  /** Since the cache last looked. */
  isTouched = false;

  /**
   * @param owner counts the bytes of its arrays
   * @param read throws where what is kept is not whole
   */
  constructor(cache: ArrayCache, owner: { held: number }, bytes: number, read: () => Kept) {
    this.#cache = cache;
    this.#owner = owner;
    this.bytes = bytes;
    this.#read = read;
  }

  get isLoaded(): boolean {
    return this.#array !== undefined;
  }

  get(): Kept {
    this.isTouched = true;
    if (this.#array !== undefined) return this.#array;
    const array = this.#read();
    this.#array = array;
    this.#owner.held += this.bytes;
    this.#cache.added(this);
    return array;
  }

  /** The cache lets go of it. */
  forget(): void {
    this.#owner.held -= this.bytes;
    this.#array = undefined;
  }
}
