import type { Reservation } from "../memory/index.ts";
import type { FinishedAnswer } from "./question.ts";

/** An answer that is worked out for all who have asked for it; its bytes are held until the last has gone. */
export class SharedWork {
  /** Settles when it is worked out. */
  readonly over: Promise<FinishedAnswer>;
  readonly #stop = new AbortController();
  #askers = 0;
  #held: Reservation | undefined;

  /** @param work told when nobody waits any more; `hold` takes what is given back when all have gone */
  constructor(
    work: (signal: AbortSignal, hold: (reservation: Reservation) => void) => Promise<FinishedAnswer>,
  ) {
    this.over = work(this.#stop.signal, (reservation) => {
      this.#held = reservation;
      if (this.#stop.signal.aborted) reservation.release();
    });
    // Where all have gone, nobody hears of it.
    this.over.catch(() => undefined);
  }

  /** Whether all who asked have gone, so that it is being stopped. */
  get isGivenUp(): boolean {
    return this.#stop.signal.aborted;
  }

  /** @throws what the work throws, and the signal's reason */
  join(gone: AbortSignal): Promise<FinishedAnswer> {
    this.#askers++;
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        reject(gone.reason);
        if (--this.#askers > 0) return;
        this.#stop.abort();
        this.#held?.release();
      };
      gone.addEventListener("abort", leave, { once: true });
      if (gone.aborted) leave();
      this.over.then(resolve, reject);
    });
  }
}
