import type { LossTally } from "../run/index.ts";
import { EVENT_TYPES, formatTimestamp } from "../schema/index.ts";

/** A tally of events that were dropped. */
export class Loss {
  total = 0;
  readonly #byKind = new Array<number>(EVENT_TYPES.length).fill(0);
  #firstTime = 0;
  #lastTime = 0;
  #firstTurn = 0;
  #lastTurn = 0;

  add(kind: number, time: number, turn: number): void {
    if (this.total === 0) {
      this.#firstTime = time;
      this.#firstTurn = turn;
    }
    this.total++;
    this.#byKind[kind] = (this.#byKind[kind] ?? 0) + 1;
    this.#lastTime = time;
    this.#lastTurn = turn;
  }

  /** As the SYSTEM warning `events_dropped` and run.json have it. */
  details(): LossTally {
    const counts: Record<string, number> = {};
    EVENT_TYPES.forEach((type, kind) => {
      const count = this.#byKind[kind] ?? 0;
      if (count > 0) counts[type] = count;
    });
    return {
      dropped: this.total,
      counts,
      first_timestamp: formatTimestamp(this.#firstTime),
      last_timestamp: formatTimestamp(this.#lastTime),
      turn_start: this.#firstTurn,
      turn_end: this.#lastTurn,
    };
  }
}
