import type { RunIndex } from "../../run-index/index.ts";

/** A run's rows turn by turn, in the order of (timestamp, place in the log) within each. */
export class TurnRows {
  readonly #index: RunIndex;
  /** Only where the rows are not in this order already. */
  readonly #sorted: Uint32Array | undefined;
  readonly #rows: number;
  #at = 0;

  constructor(index: RunIndex) {
    this.#index = index;
    this.#rows = index.rows;
    const { columns, order } = index;
    if (order.turnsAscend) return;
    const rows = Array.from({ length: index.rows }, (_, row) => row);
    // The sort is stable: within a turn the order stays.
    this.#sorted = Uint32Array.from(rows.sort((a, b) => columns.turn(a) - columns.turn(b)));
  }

  /** The next turn that has rows; `undefined` behind the last. */
  get next(): number | undefined {
    return this.#at < this.#rows ? this.#turnAt(this.#at) : undefined;
  }

  /** The rows of `turn` where it is the next, else none. */
  take(turn: number): number[] {
    const rows: number[] = [];
    while (this.#at < this.#rows && this.#turnAt(this.#at) === turn) rows.push(this.#rowAt(this.#at++));
    return rows;
  }

  #rowAt(place: number): number {
    return this.#sorted === undefined ? place : (this.#sorted[place] ?? 0);
  }

  #turnAt(place: number): number {
    return this.#index.columns.turn(this.#rowAt(place));
  }
}
