import type { Columns } from "./columns.ts";

/** Where a turn ends: behind the last event of it, or of one before it. */
export interface TurnEnd {
  turn: number;
  /** How many events come before its end. */
  events: number;
}

/** What of the rows' order can be relied on, whether times and turns ascend with them, and what is found by it. */
export class RowOrder {
  readonly #columns: Columns;
  #ascending = true;
  #turnsAscend = true;
  #lastTurn = 0;

  constructor(columns: Columns) {
    this.#columns = columns;
    for (let row = 0; row < columns.rows; row++) this.added(row);
  }

  /** To be called for each row that is added. */
  added(row: number): void {
    const columns = this.#columns;
    const turn = columns.turn(row);
    if (turn > this.#lastTurn) this.#lastTurn = turn;
    if (row === 0) return;
    if (turn < columns.turn(row - 1)) this.#turnsAscend = false;
    if (columns.compareTime(row - 1, columns.time(row), columns.nanoseconds(row)) > 0)
      this.#ascending = false;
  }

  /** Whether times ascend, so that rows are in order of (timestamp, place in the log). */
  get ascending(): boolean {
    return this.#ascending;
  }

  get turnsAscend(): boolean {
    return this.#turnsAscend;
  }

  /** The highest turn of any event; 0 where there is none. */
  get lastTurn(): number {
    return this.#lastTurn;
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

  /** The first row of a turn or of one behind it, where turns ascend. */
  rowOfTurn(turn: number): number {
    let [low, high] = [0, this.#columns.rows];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#columns.turn(middle) < turn) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How many events there are up to the last that is not past the turn. */
  eventsToTurn(turn: number): number {
    if (this.#turnsAscend) return this.rowOfTurn(turn + 1);
    let count = this.#columns.rows;
    while (count > 0 && this.#columns.turn(count - 1) > turn) count--;
    return count;
  }

  /** The ends of all turns that have events, ascending. */
  *turnEnds(): Generator<TurnEnd> {
    const columns = this.#columns;
    const { rows } = columns;
    if (this.#turnsAscend) {
      for (let row = 0; row < rows; ) {
        const turn = columns.turn(row);
        row = this.rowOfTurn(turn + 1);
        yield { turn, events: row };
      }
      return;
    }
    const lastRows = new Map<number, number>();
    for (let row = 0; row < rows; row++) lastRows.set(columns.turn(row), row);
    let events = 0;
    for (const turn of Float64Array.from(lastRows.keys()).sort()) {
      events = Math.max(events, (lastRows.get(turn) ?? 0) + 1);
      yield { turn, events };
    }
  }

  /** The rows whose turn is another than that of the row before, the first among them. */
  *turnChanges(): Generator<number> {
    const columns = this.#columns;
    const { rows } = columns;
    for (let row = 0; row < rows; ) {
      const turn = columns.turn(row);
      yield row;
      if (this.#turnsAscend) row = this.rowOfTurn(turn + 1);
      else while (row < rows && columns.turn(row) === turn) row++;
    }
  }
}
