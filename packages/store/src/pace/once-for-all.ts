interface Work {
  over: Promise<void>;
  stop: AbortController;
  askers: number;
}

/** Work that goes on for all who wait for it, and is stopped when all of them have gone. */
export class OnceForAll {
  #work: Work | undefined;

  /**
   * Waits for the work that is going on, or for what `start` begins.
   *
   * @throws what the work throws, and the signal's reason
   */
  async join(start: (signal: AbortSignal) => Promise<void>, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    // Nobody waits for it any more, and it has not come to stop: what comes of it is nobody's.
    while (this.#work?.stop.signal.aborted) await this.#work.over.catch(() => undefined);
    const work = this.#work ?? this.#begin(start);
    work.askers++;
    await new Promise<void>((resolve, reject) => {
      const leave = (): void => {
        if (--work.askers === 0) work.stop.abort();
        reject(signal?.reason);
      };
      const stay = (): void => signal?.removeEventListener("abort", leave);
      signal?.addEventListener("abort", leave, { once: true });
      work.over.finally(stay).then(resolve, reject);
    });
  }

  #begin(start: (signal: AbortSignal) => Promise<void>): Work {
    const stop = new AbortController();
    const work: Work = { over: start(stop.signal), stop, askers: 0 };
    this.#work = work;
    const done = (): void => {
      if (this.#work === work) this.#work = undefined;
    };
    work.over.then(done, done);
    return work;
  }
}
