/** Milliseconds of a turn of the loop after which it is given to others. */
const SLICE = 10;

/**
 * Who has something to do that others must not wait for: each does a little of it and goes to the end of the queue. After a slice of
 * work, what a step has left to be done at once included, the loop takes up what has come in meanwhile. The slice is that of a turn of the
 * loop, in which any number of them may come, each from a connection of its own.
 */
export class Turns {
  readonly #queue = new Set<() => void>();
  readonly #first = new Set<() => void>();
  #isAtWork = false;
  /** When the loop's turn is used up; `undefined` where it has come to another since. */
  #until: number | undefined;
  readonly #now: () => number;

  /** @param now milliseconds, in tests */
  constructor(now = () => performance.now()) {
    this.#now = now;
  }

  /**
   * @param step a little of the work; it must not throw. Asked for twice, it is done once
   * @param isFirst whether it comes before those that are not
   */
  take(step: () => void, isFirst = false): void {
    (isFirst ? this.#first : this.#queue).add(step);
    if (this.#isAtWork) return;
    this.#isAtWork = true;
    // At once, when what runs now is through: one that is alone need not wait for a turn of the loop.
    if (this.#isDue) setImmediate(() => this.#work());
    else queueMicrotask(() => this.#work());
  }

  leave(step: () => void): void {
    this.#first.delete(step);
    this.#queue.delete(step);
  }

  get #isDue(): boolean {
    if (this.#until === undefined) {
      this.#until = this.#now() + SLICE;
      setImmediate(() => {
        this.#until = undefined;
      });
    }
    return this.#now() > this.#until;
  }

  #work(): void {
    const queue = this.#first.size > 0 ? this.#first : this.#queue;
    const [step] = queue;
    if (step === undefined) {
      this.#isAtWork = false;
      return;
    }
    queue.delete(step);
    step();
    if (this.#isDue) setImmediate(() => this.#work());
    // Behind all that the step has set off: promises that resolved, and what is written to its socket.
    else queueMicrotask(() => process.nextTick(() => this.#work()));
  }
}
