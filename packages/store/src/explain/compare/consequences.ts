import { EVENT_TYPES } from "@llm-sim/events/schema";
import { eachOf, type Steps } from "../../pace/index.ts";
import { NO_AGENT, type PostingList, type RunIndex } from "../../run-index/index.ts";
import type { Pair } from "./align.ts";
import { isIntervention } from "./describe.ts";

const [MILESTONE, DECISION, SYSTEM] = [
  EVENT_TYPES.indexOf("MILESTONE"),
  EVENT_TYPES.indexOf("DECISION"),
  EVENT_TYPES.indexOf("SYSTEM"),
];

/** The event differs from the other run's, or the other has none. */
const DIFFERS = 1;
/** It follows from the first divergence along caused_by. */
const FOLLOWS = 2;
/** It follows from some difference. */
const TAINTED = 4;

/** Of a variable, so many are gone through between two stops. */
const WRITES = 4096;

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

  private constructor(left: Marks, right: Marks) {
    this.#left = left;
    this.#right = right;
  }

  static *between(left: RunIndex, right: RunIndex): Steps<Consequences> {
    return new Consequences(yield* Marks.over(left), yield* Marks.over(right));
  }

  /** Of the first turn that has differences: that something was made otherwise there, or else the first that follows from no other. */
  *firstOf(pairs: readonly Pair[]): Steps<Pair | undefined> {
    yield* eachOf(pairs, (pair) => this.#mark(pair, DIFFERS));
    this.#first =
      (yield* firstWhere(pairs, isMadeOtherwise)) ??
      (yield* firstWhere(pairs, (pair) => !this.#comesFrom(pair, DIFFERS))) ??
      pairs[0];
    return this.#first;
  }

  /**
   * Takes the next turn: its differences, and its rows on either side, ascending. What follows in one run makes the same
   * event of the other follow too, so both are gone through until nothing is added.
   */
  *turn(pairs: readonly Pair[], leftRows: readonly number[], rightRows: readonly number[]): Steps<Origin[]> {
    yield* eachOf(pairs, (pair) => this.#mark(pair, DIFFERS));
    if (this.#first !== undefined) this.#mark(this.#first, FOLLOWS);
    for (let isNew = true; isNew; ) {
      isNew = yield* this.#left.spread(leftRows);
      isNew = (yield* this.#right.spread(rightRows)) || isNew;
      yield* eachOf(pairs, (pair) => {
        isNew = this.#crossOver(pair) || isNew;
      });
      yield* eachOf(pairs, ({ left, right }) => {
        if (left === undefined || right === undefined) return;
        const both = (this.#left.of(left.row) | this.#right.of(right.row)) & (FOLLOWS | TAINTED);
        if (this.#left.add(left.row, both)) isNew = true;
        if (this.#right.add(right.row, both)) isNew = true;
      });
    }
    const origins: Origin[] = [];
    yield* eachOf(pairs, (pair) => {
      const marks = this.#marksOf(pair);
      origins.push({ follows: (marks & FOLLOWS) !== 0, isRoot: (marks & TAINTED) === 0 });
    });
    return origins;
  }

  /**
   * What differs may do so for something that happened in the other run only: what was read here was written once more there, or
   * who decided here does not there, as it sits out, went or failed.
   *
   * @returns whether a mark is new
   */
  #crossOver({ left, right }: Pair): boolean {
    const isNewLeft = left !== undefined && this.#left.learn(left.row, this.#right, right?.row);
    return (right !== undefined && this.#right.learn(right.row, this.#left, left?.row)) || isNewLeft;
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

function* firstWhere(pairs: readonly Pair[], isIt: (pair: Pair) => boolean): Steps<Pair | undefined> {
  for (const [place, pair] of pairs.entries()) {
    if (isIt(pair)) return pair;
    if (place % 256 === 255) yield;
  }
  return undefined;
}

/** A byte of marks for each event of a run. */
class Marks {
  readonly #index: RunIndex;
  readonly #marks: Uint8Array;
  /** Of each change, the row of the change before it of the same variable, plus one: what a rule makes of a value rests on it. */
  readonly #before: Uint32Array;
  /** Of each change, the place of its variable among all, plus one. */
  readonly #variable: Uint32Array;

  private constructor(index: RunIndex) {
    this.#index = index;
    this.#marks = new Uint8Array(index.rows);
    this.#before = new Uint32Array(index.rows);
    this.#variable = new Uint32Array(index.rows);
  }

  static *over(index: RunIndex): Steps<Marks> {
    const marks = new Marks(index);
    for (const [place, { agent, variable }] of index.states.variables.entries()) {
      const writes = index.states.writesOf(agent, variable);
      for (let from = 0; from < writes.length; from += WRITES) {
        const to = Math.min(writes.length, from + WRITES);
        let before = from === 0 ? undefined : writes.at(from - 1);
        writes.each(from, to, (row) => {
          marks.#variable[row] = place + 1;
          if (before !== undefined) marks.#before[row] = before + 1;
          before = row;
        });
        if (to - from === WRITES) yield;
      }
      if (place % 256 === 255) yield;
    }
    return marks;
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
  *spread(rows: readonly number[]): Steps<boolean> {
    let isNew = false;
    yield* eachOf(rows, (row) => {
      const causes = this.ofCauses(row);
      if (causes === 0) return;
      const marks = (causes & FOLLOWS) | ((causes & (DIFFERS | TAINTED)) === 0 ? 0 : TAINTED);
      if (this.add(row, marks)) isNew = true;
    });
    return isNew && this.#index.edges.hasLateCauses;
  }

  /**
   * Passes on to an event what the other run's last writes of what it read are marked with and, where only this run has the
   * event and it is a decision, what is marked of the last that the machinery did about its agent there.
   *
   * @param partner the same event's row in the other run
   * @returns whether a mark is new
   */
  learn(row: number, other: Marks, partner: number | undefined): boolean {
    if ((this.of(row) & FOLLOWS) !== 0) return false;
    const { columns, edges, names } = this.#index;
    const turn = columns.turn(row);
    const isDecision = columns.kind(row) === DECISION;
    const until =
      partner ?? (isDecision ? other.#firstDecision(turn) : other.#index.order.rowOfTurn(turn + 1));
    let found = 0;
    for (const cause of edges.causesOf(row)) {
      if (typeof cause === "number") found |= other.#ofLast(this.#writesElsewhere(cause, other), until);
    }
    if (isDecision && partner === undefined) {
      const agent = other.#index.names.agents.find(names.agents.name(columns.agent(row)) ?? "");
      if (agent !== undefined)
        found |= other.#ofLast(
          other.#index.rowsInvolving(agent, SYSTEM),
          other.#index.order.rowOfTurn(turn + 1),
        );
    }
    return found !== 0 && this.add(row, (found & FOLLOWS) | TAINTED);
  }

  /** Where agents decide in a turn: at its first decision, or where it ends. */
  #firstDecision(turn: number): number {
    const decisions = this.#index.rowsOf(NO_AGENT, DECISION);
    const place = decisions.rank(this.#index.order.rowOfTurn(turn));
    const end = this.#index.order.rowOfTurn(turn + 1);
    return place < decisions.length ? Math.min(decisions.at(place), end) : end;
  }

  /** The writes that another run has of the variable that a row of this one wrote. */
  #writesElsewhere(row: number, elsewhere: Marks): PostingList | undefined {
    const other = elsewhere.#index;
    const written = this.#index.states.variables[(this.#variable[row] ?? 0) - 1];
    if (written === undefined) return undefined;
    const { agents, variables } = this.#index.names;
    const agent = other.names.agents.find(agents.name(written.agent) ?? "");
    const variable = other.names.variables.find(variables.name(written.variable) ?? "");
    return agent === undefined || variable === undefined ? undefined : other.states.writesOf(agent, variable);
  }

  /** What the last of some rows before another is marked with. */
  #ofLast(rows: PostingList | undefined, until: number): number {
    const count = rows?.rank(until) ?? 0;
    return rows === undefined || count === 0 ? 0 : this.of(rows.at(count - 1));
  }
}

/** Whether it is where something was made otherwise in a run that was forked from the other. */
function isMadeOtherwise({ left, right }: Pair): boolean {
  return [left, right].some((entry) => entry?.line.kind === MILESTONE && isIntervention(entry.line.event));
}
