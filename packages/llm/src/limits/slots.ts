/** Whose a piece of time is, and until when nobody asks. Time is in milliseconds since 1970. */
export interface Slots {
  /** Takes the first slot from that number on that is nobody's, and says which. */
  take(first: number): number;
  pausedUntil(): number;
  pauseUntil(time: number): void;
}

/** Of this process alone. */
export class OwnSlots implements Slots {
  #next = 0;
  #pausedUntil = 0;

  take(first: number): number {
    const slot = Math.max(first, this.#next);
    this.#next = slot + 1;
    return slot;
  }

  pausedUntil(): number {
    return this.#pausedUntil;
  }

  pauseUntil(time: number): void {
    this.#pausedUntil = time;
  }
}
