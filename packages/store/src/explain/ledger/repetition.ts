const MAX_IDS = 20;

/** Events told of together. */
export interface Repetition {
  count: number;
  /** The nearest first. */
  event_ids: string[];
  turn_start: number;
  turn_end: number;
  /** There is one in each turn from the first to the last. */
  every_turn: boolean;
}

/** Gathers events that repeat each other; the nearest are added first. */
export class Repetitions {
  count = 0;
  readonly #ids: string[] = [];
  readonly #turns = new Set<number>();
  #first = Number.POSITIVE_INFINITY;
  #last = 0;

  add(turn: number, id: () => string): void {
    this.count++;
    this.#turns.add(turn);
    this.#first = Math.min(this.#first, turn);
    this.#last = Math.max(this.#last, turn);
    if (this.#ids.length < MAX_IDS) this.#ids.push(id());
  }

  result(): Repetition {
    return {
      count: this.count,
      event_ids: this.#ids,
      turn_start: this.#first,
      turn_end: this.#last,
      every_turn: this.#turns.size === this.#last - this.#first + 1,
    };
  }
}
