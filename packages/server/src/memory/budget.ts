/** A part of a budget that is held until it is released. */
export interface Reservation {
  /** Once it is known how much it is: what is beyond is given back, what is more is taken, even where so much is not left. */
  resize(units: number): void;
  /** Gives all of it back; may be called twice. */
  release(): void;
}

interface Waiting {
  units: number;
  grant: (reservation: Reservation) => void;
}

/** Bounds what is held at one time: who asks for more than is left waits, first come, first served. */
export class Budget {
  readonly #total: number;
  #left: number;
  readonly #queue: Waiting[] = [];

  constructor(total: number) {
    this.#total = total;
    this.#left = total;
  }

  get left(): number {
    return this.#left;
  }

  /** More than the whole budget is granted as the whole budget. */
  reserve(units: number): Promise<Reservation> {
    return new Promise((grant) => {
      this.#queue.push({ units: Math.min(units, this.#total), grant });
      this.#grantNext();
    });
  }

  #grantNext(): void {
    for (let next = this.#queue[0]; next !== undefined && next.units <= this.#left; next = this.#queue[0]) {
      this.#queue.shift();
      this.#left -= next.units;
      next.grant(this.#reservation(next.units));
    }
  }

  #reservation(units: number): Reservation {
    let held = units;
    let isReleased = false;
    const resize = (size: number): void => {
      if (isReleased) return;
      const wanted = Math.min(size, this.#total);
      this.#left += held - wanted;
      held = wanted;
      this.#grantNext();
    };
    const release = (): void => {
      resize(0);
      isReleased = true;
    };
    return { resize, release };
  }
}
