import { eachOf, type Steps } from "../../pace/index.ts";
import type { RunIndex } from "../../run-index/index.ts";

/** A run's rows turn by turn, in the order of (timestamp, place in the log) within each. */
export class TurnRows {
  readonly #index: RunIndex;
  /** Only where the rows are not in this order already. */
  readonly #sorted: Uint32Array | undefined;
  readonly #rows: number;
  #at = 0;

  private constructor(index: RunIndex, sorted: Uint32Array | undefined) {
    this.#index = index;
    this.#rows = index.rows;
    this.#sorted = sorted;
  }

  static *of(index: RunIndex): Steps<TurnRows> {
    if (index.order.turnsAscend) return new TurnRows(index, undefined);
    const turns = new Map<number, number[]>();
    const all = Array.from({ length: index.rows }, (_, row) => row);
    yield* eachOf(all, (row) => {
      const turn = index.columns.turn(row);
      const rows = turns.get(turn);
      if (rows) rows.push(row);
      else turns.set(turn, [row]);
    });
    const sorted = new Uint32Array(index.rows);
    let at = 0;
    for (const [, rows] of [...turns].sort(([one], [other]) => one - other)) {
      sorted.set(rows, at);
      at += rows.length;
    }
    return new TurnRows(index, sorted);
  }

  /** The next turn that has rows; `undefined` behind the last. */
  get next(): number | undefined {
    return this.#at < this.#rows ? this.#turnAt(this.#at) : undefined;
  }

  /** The rows of `turn` where it is the next, else none. */
  *take(turn: number): Steps<number[]> {
    const rows: number[] = [];
    while (this.#at < this.#rows && this.#turnAt(this.#at) === turn)
      if (rows.push(this.#rowAt(this.#at++)) % 4096 === 0) yield;
    return rows;
  }

  #rowAt(place: number): number {
    return this.#sorted === undefined ? place : (this.#sorted[place] ?? 0);
  }

  #turnAt(place: number): number {
    return this.#index.columns.turn(this.#rowAt(place));
  }
}
