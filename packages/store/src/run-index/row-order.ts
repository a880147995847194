import type { Columns } from "./columns.ts";
import type { EventFields } from "./event-fields.ts";
import type { PartSummary } from "./part-arrays.ts";
import type { Part, PartList } from "./part-list.ts";
import { placesOf } from "./word-blocks.ts";

/** Where a turn ends: behind the last event of it, or of one before it. */
export interface TurnEnd {
  turn: number;
  /** How many events come before its end. */
  events: number;
}

/** What of the rows' order can be relied on, whether times and turns ascend with them, and what is found by it. */
export class RowOrder {
  readonly #parts: PartList;
  readonly #columns: Columns;
  #ascending = true;
  #turnsAscend = true;
  #lastTurn = 0;
  // Of the last row.
  #time = Number.NEGATIVE_INFINITY;
  #nanoseconds = 0;
  #turn = 0;

  constructor(parts: PartList, columns: Columns) {
    this.#parts = parts;
    this.#columns = columns;
  }

  /** To be called for each row that is added. */
  added({ turn, time, nanoseconds }: Pick<EventFields, "turn" | "time" | "nanoseconds">): void {
    if (turn > this.#lastTurn) this.#lastTurn = turn;
    if (turn < this.#turn) this.#turnsAscend = false;
    if ((this.#time - time || this.#nanoseconds - nanoseconds) > 0) this.#ascending = false;
    this.#turn = turn;
    this.#time = time;
    this.#nanoseconds = nanoseconds;
  }

  /** The same for a part. */
  addedPart(summary: PartSummary): void {
    const { firstTime, lastTime, firstTurn, lastTurn } = summary;
    this.added({ turn: firstTurn, time: firstTime[0], nanoseconds: firstTime[1] });
    if (!summary.timesAscend) this.#ascending = false;
    if (!summary.turnsAscend) this.#turnsAscend = false;
    this.#turn = lastTurn;
    [this.#time, this.#nanoseconds] = lastTime;
    this.#lastTurn = Math.max(this.#lastTurn, summary.highestTurn);
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

  /** Whether an event at the moment would stand behind all others. */
  isNext(time: number, nanoseconds: number): boolean {
    return (this.#time - time || this.#nanoseconds - nanoseconds) <= 0;
  }

  /** How many events come before the moment, in microseconds (and nanoseconds past them), where times ascend. */
  rowOfTime(time: number, nanoseconds = 0): number {
    return this.#firstNotBefore(
      "time",
      time,
      ({ firstTime }) => (firstTime[0] - time || firstTime[1] - nanoseconds) < 0,
      (row) => this.#columns.compareTime(row, time, nanoseconds) < 0,
    );
  }

  /** The first row of a turn or of one behind it, where turns ascend. */
  rowOfTurn(turn: number): number {
    return this.#firstNotBefore(
      "turn",
      turn,
      ({ firstTurn }) => firstTurn < turn,
      (row) => this.#columns.turn(row) < turn,
    );
  }

  /** How many events there are up to the last that is not past the turn. */
  eventsToTurn(turn: number): number {
    if (this.#turnsAscend) return this.rowOfTurn(turn + 1);
    const { frozen, growing } = this.#parts;
    const last = this.#lastRowUpTo(turn, growing);
    if (last >= 0) return last + 1;
    for (let number = frozen.length - 1; number >= 0; number--) {
      const part = frozen[number];
      const row = part !== undefined && part.summary.lowestTurn <= turn ? this.#lastRowUpTo(turn, part) : -1;
      if (row >= 0) return row + 1;
    }
    return 0;
  }

  /** The ends of all turns that have events, ascending. */
  *turnEnds(): Generator<TurnEnd> {
    const columns = this.#columns;
    const { rows } = columns;
    if (this.#turnsAscend) {
      for (let row = 0; row < rows; ) {
        const turn = columns.turn(row);
        row = this.#turnEnd(row, turn);
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
      if (this.#turnsAscend) row = this.#turnEnd(row, turn);
      else while (row < rows && columns.turn(row) === turn) row++;
    }
  }

  /** The first row behind a turn of which `row` is one, where turns ascend: growing steps, as turns are short. */
  #turnEnd(row: number, turn: number): number {
    const columns = this.#columns;
    const { rows } = columns;
    let step = 1;
    let low = row;
    while (low + step < rows && columns.turn(low + step) === turn) {
      low += step;
      step *= 2;
    }
    let high = Math.min(rows, low + step);
    low++;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (columns.turn(middle) === turn) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The last row of a part whose turn is not past this one, or -1. */
  #lastRowUpTo(turn: number, { first, rows }: Part): number {
    for (let row = first + rows - 1; row >= first; row--) if (this.#columns.turn(row) <= turn) return row;
    return -1;
  }

  /** @param value of the ascending column, which rows before have less of */
  #firstNotBefore(
    column: "time" | "turn",
    value: number,
    isPartBefore: (summary: PartSummary) => boolean,
    isBefore: (row: number) => boolean,
  ): number {
    const { frozen, growing } = this.#parts;
    // The last part that begins before: the one that grows has to be asked itself.
    let part: Part = growing;
    if (frozen.length > 0 && (growing.rows === 0 || !isBefore(growing.first))) {
      let [low, high] = [0, frozen.length];
      while (low < high) {
        const middle = (low + high) >>> 1;
        const { summary } = frozen[middle] ?? {};
        if (summary !== undefined && isPartBefore(summary)) low = middle + 1;
        else high = middle;
      }
      const last = frozen[low - 1];
      if (last === undefined) return 0;
      part = last;
    }
    const [from, to] = placesOf(part.arrays.realBlocks(column), value);
    let [low, high] = [part.first + from, part.first + Math.min(to, part.rows)];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(middle)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
