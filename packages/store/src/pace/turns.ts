/** How long the long answers of a thread together hold its event loop before I/O and timers get their turn, in milliseconds. */
export const SLICE_MS = 8;

/**
 * The turns that long answers take on a thread's event loop: however many there are, one of them goes on between two looks
 * at I/O and timers, for a slice. (Where each waits for a turn of its own, a hundred of them hold the loop for a hundred slices.)
 */
export class Turns {
  readonly #slice: number;
  #since = 0;
  /** Whether the loop is still in the turn that began at `since`. */
  #isOpen = false;
  readonly #waiting: (() => void)[] = [];

  constructor(slice = SLICE_MS) {
    this.#slice = slice;
  }

  /** Whether the loop's turn has been used up, by whoever. */
  get isDue(): boolean {
    if (!this.#isOpen) this.#open();
    return performance.now() - this.#since >= this.#slice;
  }

  /** Resolves in a later turn of the loop, first come, first served. */
  next(): Promise<void> {
    if (!this.#isOpen) this.#open();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #open(): void {
    this.#isOpen = true;
    this.#since = performance.now();
    setImmediate(() => this.#close());
  }

  #close(): void {
    this.#isOpen = false;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#open();
    next();
  }
}

/** Those of this thread. */
export const turns = new Turns();
