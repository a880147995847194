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
    const { turn, time, nanoseconds } = this.#columns;
    if ((turn[row] ?? 0) < (turn[row - 1] ?? 0)) this.#turnsAscend = false;
    if (this.#columns.compareTime(row - 1, time[row] ?? 0, nanoseconds[row] ?? 0) > 0)
      this.#ascending = false;
  }

  /** Whether times ascend, so that rows are in order of (timestamp, place in the log). */
  get ascending(): boolean {
    return this.#ascending;
  }

  get turnsAscend(): boolean {
    return this.#turnsAscend;
  }

  /** How many events come before the moment, in microseconds (and nanoseconds past them), where times ascend. */
  rowOfTime(time: number, nanoseconds = 0): number {
    let [low, high] = [0, this.#columns.rows];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#columns.compareTime(middle, time, nanoseconds) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
