import { Budget, type Reservation } from "./budget.ts";

/** A budget of which no one client holds more than half: who reads slowly makes itself wait, not the others. */
export class FairBudget {
  readonly #all: Budget;
  readonly #half: number;
  readonly #own = new Map<string, { budget: Budget; reservations: number }>();

  constructor(total: number) {
    this.#all = new Budget(total);
    this.#half = Math.ceil(total / 2);
  }

  /** More than half of it is granted as half. */
  async reserve(client: string, units: number): Promise<Reservation> {
    const own = this.#own.get(client) ?? { budget: new Budget(this.#half), reservations: 0 };
    this.#own.set(client, own);
    own.reservations++;
    const ofClient = await own.budget.reserve(units);
    const ofAll = await this.#all.reserve(Math.min(units, this.#half));
    let isReleased = false;
    return {
      resize: (size) => {
        ofClient.resize(size);
        ofAll.resize(Math.min(size, this.#half));
      },
      release: () => {
        if (isReleased) return;
        isReleased = true;
        ofAll.release();
        ofClient.release();
        if (--own.reservations === 0) this.#own.delete(client);
      },
    };
  }
}
