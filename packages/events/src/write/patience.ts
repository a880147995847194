/** How long a flush or a close tries before it gives up: with a disk that takes nothing all the while. */
export const GIVE_UP_MS = 10_000;

// Where that has been waited for once and nothing was taken since: time for one more try.
const ONE_MORE_TRY_MS = 500;

/** A full disk takes some lines now and then, where a file elsewhere goes: that is no recovery. */
export const TRICKLE_LINES = 1000;

/** How long a flush or a close still waits for the disk: the limit begins anew whenever the disk has taken something. */
export class Patience {
  readonly #pending: () => number;
  #least: number;
  #end: number;

  constructor(pending: () => number, milliseconds: number) {
    this.#pending = pending;
    this.#least = pending();
    this.#end = performance.now() + milliseconds;
  }

  /** Milliseconds; below 0 once it is over. */
  get left(): number {
    const pending = this.#pending();
    if (pending < this.#least) {
      this.#least = pending;
      this.#end = performance.now() + GIVE_UP_MS;
    }
    return this.#end - performance.now();
  }

  get isOver(): boolean {
    return this.left <= 0;
  }
}

/** The patience with one disk: it is waited for once, not again for every flush while it goes on taking nothing. */
export class DiskPatience {
  readonly #taken: () => number;
  readonly #pending: () => number;
  /** What had been taken when it was lost. */
  #lostAt: number | undefined;

  /**
   * @param taken how many lines the disk has taken, modulo 2^32
   * @param pending how many lines still wait
   */
  constructor(taken: () => number, pending: () => number) {
    this.#taken = taken;
    this.#pending = pending;
  }

  begin(): Patience {
    const isLost = this.#lostAt !== undefined && ((this.#taken() - this.#lostAt) | 0) < TRICKLE_LINES;
    return new Patience(this.#pending, isLost ? ONE_MORE_TRY_MS : GIVE_UP_MS);
  }

  /** It was waited for in vain. */
  lose(): void {
    this.#lostAt = this.#taken();
  }
}
