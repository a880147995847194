/** Milliseconds of work after which the loop is given to others. */
const SLICE = 10;

/**
 * Who has something to do that others must not wait for: each does a little of it and goes to the end of the queue. After a slice of
 * work, what a step has left to be done at once included, the loop takes up what has come in meanwhile.
 */
export class Turns {
  readonly #queue = new Set<() => void>();
  #isAtWork = false;

  /** @param step a little of the work; it must not throw. Asked for twice, it is done once. */
  take(step: () => void): void {
    this.#queue.add(step);
    if (this.#isAtWork) return;
    this.#isAtWork = true;
    // At once, when what runs now is through: one that is alone need not wait for a turn of the loop.
    queueMicrotask(() => this.#work(performance.now() + SLICE));
  }

  leave(step: () => void): void {
    this.#queue.delete(step);
  }

  #work(until: number): void {
    const [step] = this.#queue;
    if (step === undefined) {
      this.#isAtWork = false;
      return;
    }
    this.#queue.delete(step);
    step();
    if (performance.now() > until) setImmediate(() => this.#work(performance.now() + SLICE));
    // Behind all that the step has set off: promises that resolved, and what is written to its socket.
    else queueMicrotask(() => process.nextTick(() => this.#work(until)));
  }
}
