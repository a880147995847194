import type { Columns } from "./columns.ts";
import { compareUlids, ULID_WORDS } from "./ulid.ts";

/**
 * Rows in order of (timestamp, event_id): `rank` is the place in that order. Nearly always rank and row are the same,
 * and this class says so; where another hand wrote, it keeps the two tables.
 */
export class RowOrder {
  readonly #columns: Columns;
  #ascending = true;
  #turnsAscend = true;
  #rowAt: Uint32Array = new Uint32Array(0);
  #rankOf: Uint32Array = new Uint32Array(0);

  constructor(columns: Columns) {
    this.#columns = columns;
    for (let row = 1; row < columns.rows; row++) this.added(row);
  }

  /** To be called for each row that is added. */
  added(row: number): void {
    if (row === 0) return;
    const { turn } = this.#columns;
    if ((turn[row] ?? 0) < (turn[row - 1] ?? 0)) this.#turnsAscend = false;
    if (this.#ascending && this.compare(row - 1, row) > 0) this.#ascending = false;
  }

  /** Whether rank and row are the same. */
  get ascending(): boolean {
    return this.#ascending;
  }

  get turnsAscend(): boolean {
    return this.#turnsAscend;
  }

  rowAt(rank: number): number {
    if (this.#ascending) return rank;
    this.#sort();
    return this.#rowAt[rank] ?? -1;
  }

  rankOf(row: number): number {
    if (this.#ascending) return row;
    this.#sort();
    return this.#rankOf[row] ?? -1;
  }

  /** Negative where the event of row `a` comes before that of `b`. */
  compare(a: number, b: number): number {
    const { time, id } = this.#columns;
    const difference = (time[a] ?? 0) - (time[b] ?? 0);
    return difference !== 0 ? difference : compareUlids(id, a * ULID_WORDS, id, b * ULID_WORDS);
  }

  /** How many events come before the moment, in microseconds. */
  rankOfTime(time: number): number {
    let [low, high] = [0, this.#columns.rows];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#columns.time[this.rowAt(middle)] ?? 0) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  get bytes(): number {
    return this.#rowAt.byteLength + this.#rankOf.byteLength;
  }

  /** What has come since the last time is merged in: sorting an array that is two sorted runs is one pass. */
  #sort(): void {
    const { rows } = this.#columns;
    const sorted = this.#rowAt.length;
    if (sorted === rows) return;
    const order = Array.from(this.#rowAt);
    for (let row = sorted; row < rows; row++) order.push(row);
    // Equal events stay in the order of the log: the sort is stable.
    order.sort((a, b) => this.compare(a, b));
    this.#rowAt = Uint32Array.from(order);
    this.#rankOf = new Uint32Array(rows);
    for (const [rank, row] of order.entries()) this.#rankOf[row] = rank;
  }
}
