import type { RunIndex } from "../../run-index/index.ts";
import type { Pair } from "./align.ts";

/** The event differs from the other run's, or the other has none. */
const DIFFERS = 1;
/** It follows from the first divergence along caused_by. */
const FOLLOWS = 2;
/** It follows from some difference. */
const TAINTED = 4;

/** How a difference comes to be. */
export interface Origin {
  follows: boolean;
  /** It follows from no difference at all. */
  isRoot: boolean;
}

/**
 * Tells the differences that follow from the first divergence from those that do not: along caused_by in either run, and from
 * a change of a variable to the next one, whose old value it is.
 */
export class Consequences {
  readonly #left: Marks;
  readonly #right: Marks;
  #first: Pair | undefined;

  constructor(left: RunIndex, right: RunIndex) {
    this.#left = new Marks(left);
    this.#right = new Marks(right);
  }

  /** Of the first turn that has differences: the first that follows from no other. */
  firstOf(pairs: readonly Pair[]): Pair | undefined {
    for (const pair of pairs) this.#mark(pair, DIFFERS);
    this.#first = pairs.find((pair) => !this.#comesFrom(pair, DIFFERS)) ?? pairs[0];
    return this.#first;
  }

  /**
   * Takes the next turn: its differences, and its rows on either side, ascending. What follows in one run makes the same
   * event of the other follow too, so both are gone through until nothing is added.
   */
  turn(pairs: readonly Pair[], leftRows: readonly number[], rightRows: readonly number[]): Origin[] {
    for (const pair of pairs) this.#mark(pair, DIFFERS);
    if (this.#first !== undefined) this.#mark(this.#first, FOLLOWS);
    for (let isNew = true; isNew; ) {
      isNew = this.#left.spread(leftRows);
      isNew = this.#right.spread(rightRows) || isNew;
      for (const { left, right } of pairs) {
        if (left === undefined || right === undefined) continue;
        const both = (this.#left.of(left.row) | this.#right.of(right.row)) & (FOLLOWS | TAINTED);
        if (this.#left.add(left.row, both)) isNew = true;
        if (this.#right.add(right.row, both)) isNew = true;
      }
    }
    return pairs.map((pair) => {
      const marks = this.#marksOf(pair);
      return { follows: (marks & FOLLOWS) !== 0, isRoot: (marks & TAINTED) === 0 };
    });
  }

  #mark({ left, right }: Pair, mark: number): void {
    if (left !== undefined) this.#left.add(left.row, mark);
    if (right !== undefined) this.#right.add(right.row, mark);
  }

  #marksOf({ left, right }: Pair): number {
    return (
      (left === undefined ? 0 : this.#left.of(left.row)) |
      (right === undefined ? 0 : this.#right.of(right.row))
    );
  }

  #comesFrom({ left, right }: Pair, mark: number): boolean {
    return (
      (left !== undefined && (this.#left.ofCauses(left.row) & mark) !== 0) ||
      (right !== undefined && (this.#right.ofCauses(right.row) & mark) !== 0)
    );
  }
}

/** A byte of marks for each event of a run. */
class Marks {
  readonly #index: RunIndex;
  readonly #marks: Uint8Array;
  /** Of each change, the row of the change before it of the same variable, plus one: what a rule makes of a value rests on it. */
  readonly #before: Uint32Array;

  constructor(index: RunIndex) {
    this.#index = index;
    this.#marks = new Uint8Array(index.rows);
    this.#before = new Uint32Array(index.rows);
    for (const { agent, variable } of index.states.variables) {
      const writes = index.states.writesOf(agent, variable);
      for (let at = 1; at < writes.length; at++) this.#before[writes.at(at)] = writes.at(at - 1) + 1;
    }
  }

  of(row: number): number {
    return this.#marks[row] ?? 0;
  }

  /** @returns whether a mark is new */
  add(row: number, marks: number): boolean {
    const before = this.of(row);
    this.#marks[row] = before | marks;
    return (before | marks) !== before;
  }

  ofCauses(row: number): number {
    const before = this.#before[row] ?? 0;
    let marks = before === 0 ? 0 : this.of(before - 1);
    for (const cause of this.#index.edges.causesOf(row))
      if (typeof cause === "number") marks |= this.of(cause);
    return marks;
  }

  /** Passes marks on from causes to effects. @returns whether there may be more, where causes stand behind their effects */
  spread(rows: readonly number[]): boolean {
    let isNew = false;
    for (const row of rows) {
      const causes = this.ofCauses(row);
      if (causes === 0) continue;
      const marks = (causes & FOLLOWS) | ((causes & (DIFFERS | TAINTED)) === 0 ? 0 : TAINTED);
      if (this.add(row, marks)) isNew = true;
    }
    return isNew && this.#index.edges.hasLateCauses;
  }
}
