import type { Columns } from "./columns.ts";

/** What of the rows' order can be relied on: whether times and turns ascend with them. */
export class RowOrder {
  readonly #columns: Columns;
  #ascending = true;
  #turnsAscend = true;

  constructor(columns: Columns) {
    this.#columns = columns;
    for (let row = 1; row < columns.rows; row++) this.added(row);
  }

  /** To be called for each row that is added. */
  added(row: number): void {
    if (row === 0) return;
    const { turn, time } = this.#columns;
    if ((turn[row] ?? 0) < (turn[row - 1] ?? 0)) this.#turnsAscend = false;
    if ((time[row] ?? 0) < (time[row - 1] ?? 0)) this.#ascending = false;
  }

  /** Whether times ascend, so that rows are in order of (timestamp, place in the log). */
  get ascending(): boolean {
    return this.#ascending;
  }

  get turnsAscend(): boolean {
    return this.#turnsAscend;
  }

  /** How many events come before the moment, in microseconds, where times ascend. */
  rowOfTime(time: number): number {
    let [low, high] = [0, this.#columns.rows];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#columns.time[middle] ?? 0) < time) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
