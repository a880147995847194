import { CLOSE_TIMEOUT_MS } from "./ring-sink.ts";

/** How long a flush or a close still waits for the disk: the limit begins anew whenever the disk has taken something. */
export class Patience {
  readonly #pending: () => number;
  #least: number;
  #end = performance.now() + CLOSE_TIMEOUT_MS;

  /** @param pending how many lines still wait */
  constructor(pending: () => number) {
    this.#pending = pending;
    this.#least = pending();
  }

  /** Milliseconds; below 0 once it is over. */
  get left(): number {
    const pending = this.#pending();
    if (pending < this.#least) {
      this.#least = pending;
      this.#end = performance.now() + CLOSE_TIMEOUT_MS;
    }
    return this.#end - performance.now();
  }

  get isOver(): boolean {
    return this.left <= 0;
  }
}
