/** Lets so many calls be open at once; the others wait, and go in the order in which they came. */
export class Concurrency {
  readonly #limit: number;
  #open = 0;
  /** Those who wait, the first one first. */
  readonly #waiting = new Set<() => void>();

  /** @throws RangeError where the limit is no whole number from 1 */
  constructor(limit: number) {
    if (!Number.isInteger(limit) || limit < 1)
      throw new RangeError(`llm.concurrency is ${limit}: give a whole number from 1`);
    this.#limit = limit;
  }

  /** How many calls are open, and how many wait. */
  get load(): { open: number; waiting: number } {
    return { open: this.#open, waiting: this.#waiting.size };
  }

  /**
   * Calls as soon as there is room.
   *
   * @param signal ends the waiting: what has begun goes on
   * @throws the signal's reason, where it comes before there is room; and what the call throws
   */
  async run<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#room(signal);
    try {
      return await call();
    } finally {
      this.#leave();
    }
  }

  #room(signal: AbortSignal | undefined): Promise<void> | undefined {
    signal?.throwIfAborted();
    if (this.#open < this.#limit) {
      this.#open++;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const enter = () => {
        signal?.removeEventListener("abort", giveUp);
        resolve();
      };
      const giveUp = () => {
        this.#waiting.delete(enter);
        reject(reasonOf(signal));
      };
      signal?.addEventListener("abort", giveUp, { once: true });
      this.#waiting.add(enter);
    });
  }

  /** The place goes to who waits: nobody who comes now gets in before. */
  #leave(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#open--;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}

function reasonOf(signal: AbortSignal | undefined): Error {
  return signal?.reason instanceof Error ? signal.reason : new Error("the wait was broken off");
}
