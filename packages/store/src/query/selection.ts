import type { EventCriteria } from "@llm-sim/api";
import { EVENT_TYPES, nanosecondsIn, parseTimestamp } from "@llm-sim/events/schema";
import { eachPaced, type Pace } from "../pace/index.ts";
import { NO_AGENT, type PostingList, type RunIndex } from "../run-index/index.ts";
import { DisjointUnion, RowBitmap, RowInterval, type RowSet } from "./row-set.ts";

/** Rows of a list that are looked at between two looks at the clock. */
const ROWS_AT_ONCE = 4096;

/** A filter in the index's own terms; `q`, which needs the lines, is not part of it. `rows` takes an index that is in order. */
export class Selection {
  readonly #index: RunIndex;
  readonly #kinds: readonly number[];
  readonly #isAnyKind: boolean;
  readonly #agents: ReadonlySet<number> | undefined;
  readonly #involving: ReadonlySet<number> | undefined;
  readonly #firstTurn: number;
  readonly #lastTurn: number;
  readonly #start: Moment | undefined;
  readonly #end: Moment | undefined;
  readonly #cause: string | undefined;

  constructor(index: RunIndex, criteria: EventCriteria) {
    this.#index = index;
    const types = criteria.event_types;
    this.#isAnyKind = types === undefined || types.length === 0;
    this.#kinds = this.#isAnyKind
      ? EVENT_TYPES.map((_, kind) => kind)
      : [...new Set(types)].map((type) => EVENT_TYPES.indexOf(type));
    this.#agents = codes(index, criteria.agent_ids);
    this.#involving = codes(index, criteria.involving);
    this.#firstTurn = criteria.turn_start ?? 0;
    this.#lastTurn = criteria.turn_end ?? Number.POSITIVE_INFINITY;
    this.#start = momentOf(criteria.start_timestamp);
    this.#end = momentOf(criteria.end_timestamp);
    this.#cause = criteria.caused_by;
  }

  /** The events that match now; where they are to be looked for one by one, a little at a time. Throws as `Pace.yieldIfDue`. */
  async rows(pace: Pace): Promise<RowSet> {
    const [low, high] = this.#interval();
    const isPlain = this.#cause === undefined && (this.#index.order.turnsAscend || !this.#limitsTurns);
    if (isPlain && this.#involving === undefined) {
      if (this.#agents !== undefined) return new DisjointUnion(this.#ownLists(this.#agents), low, high);
      if (this.#isAnyKind) return new RowInterval(low, high);
      return new DisjointUnion(this.#ownLists([NO_AGENT]), low, high);
    }
    // One agent's own events and those that involve it besides have none in common; two agents' can.
    if (isPlain && this.#involving?.size === 1 && this.#agents === undefined) {
      return new DisjointUnion(
        [...this.#ownLists(this.#involving), ...this.#involvedLists(this.#involving)],
        low,
        high,
      );
    }
    return this.#bitmap(low, high, isPlain, pace);
  }

  /** Whether the event of the row matches. */
  matches(row: number): boolean {
    return this.#matchesColumns(row) && this.#matchesLists(row);
  }

  get #limitsTurns(): boolean {
    return this.#firstTurn > 0 || this.#lastTurn !== Number.POSITIVE_INFINITY;
  }

  /** Rows between which all matches lie. */
  #interval(): [low: number, high: number] {
    const { order, rows } = this.#index;
    const [start, end] = [this.#start, this.#end];
    let low = start === undefined ? 0 : order.rowOfTime(start.time, start.nanoseconds);
    let high = end === undefined ? rows : order.rowOfTime(end.time, end.nanoseconds + 1);
    if (order.turnsAscend && this.#limitsTurns) {
      low = Math.max(low, order.rowOfTurn(this.#firstTurn));
      high = Math.min(high, order.rowOfTurn(this.#lastTurn + 1));
    }
    return [low, high];
  }

  async #bitmap(low: number, high: number, isPlain: boolean, pace: Pace): Promise<RowBitmap> {
    const index = this.#index;
    const matches = new RowBitmap(index.rows);
    const add = (row: number): void => {
      if (row >= low && row < high) matches.add(row);
    };
    if (this.#cause !== undefined) {
      const involving = this.#involving;
      await eachPaced(effectsOf(index, this.#cause), pace, (row) => {
        if (!this.#matchesColumns(row)) return;
        if (involving === undefined || this.#involves(row, involving)) add(row);
      });
      return matches;
    }
    const lists =
      this.#involving !== undefined
        ? [...this.#ownLists(this.#involving), ...this.#involvedLists(this.#involving)]
        : this.#agents !== undefined
          ? this.#ownLists(this.#agents)
          : this.#ownLists([NO_AGENT]);
    for (const list of lists) {
      // Where the interval and the lists say all, but whose event it is, no column is looked at.
      const from = isPlain ? list.rank(low) : 0;
      const to = isPlain ? list.rank(high, from) : list.length;
      const take = !isPlain
        ? (row: number) => this.#matchesColumns(row) && add(row)
        : this.#agents === undefined
          ? (row: number) => matches.add(row)
          : (row: number) => this.#isOwn(row) && matches.add(row);
      for (let at = from; at < to; at += ROWS_AT_ONCE) {
        list.each(at, Math.min(to, at + ROWS_AT_ONCE), take);
        if (pace.isDue) await pace.yieldIfDue();
      }
    }
    return matches;
  }

  #matchesColumns(row: number): boolean {
    const { columns } = this.#index;
    const turn = columns.turn(row);
    const [start, end] = [this.#start, this.#end];
    return (
      turn >= this.#firstTurn &&
      turn <= this.#lastTurn &&
      (start === undefined || columns.compareTime(row, start.time, start.nanoseconds) >= 0) &&
      (end === undefined || columns.compareTime(row, end.time, end.nanoseconds) <= 0) &&
      (this.#isAnyKind || this.#kinds.includes(columns.kind(row))) &&
      this.#isOwn(row)
    );
  }

  #isOwn(row: number): boolean {
    return this.#agents?.has(this.#index.columns.agent(row)) ?? true;
  }

  #matchesLists(row: number): boolean {
    return (
      (this.#involving === undefined || this.#involves(row, this.#involving)) &&
      (this.#cause === undefined || this.#isEffect(row))
    );
  }

  #involves(row: number, agents: ReadonlySet<number>): boolean {
    const index = this.#index;
    if (agents.has(index.columns.agent(row))) return true;
    const kind = index.columns.kind(row);
    for (const agent of agents) {
      const list = index.rowsInvolving(agent, kind);
      if (list.at(list.rank(row)) === row) return true;
    }
    return false;
  }

  #isEffect(row: number): boolean {
    const { edges } = this.#index;
    const cause = this.#cause ?? "";
    const causeRow = this.#index.find(cause);
    return edges
      .causesOf(row)
      .some((other) => (typeof other === "string" ? other === cause : other === causeRow));
  }

  #ownLists(agents: Iterable<number>): PostingList[] {
    return [...agents].flatMap((agent) => this.#kinds.map((kind) => this.#index.rowsOf(agent, kind)));
  }

  #involvedLists(agents: Iterable<number>): PostingList[] {
    return [...agents].flatMap((agent) => this.#kinds.map((kind) => this.#index.rowsInvolving(agent, kind)));
  }
}

/** Rows that name the event as their cause, be it in the log or not. */
function effectsOf(index: RunIndex, eventId: string): Iterable<number> {
  const row = index.find(eventId);
  return row >= 0 ? index.edges.effectsOf(row) : index.edges.effectsOfMissing(eventId);
}

/** Unknown names have no code, and no events. An empty list is as good as none. */
function codes(index: RunIndex, names: readonly string[] | undefined): ReadonlySet<number> | undefined {
  if (names === undefined || names.length === 0) return undefined;
  return new Set(names.map((name) => index.names.agents.find(name)).filter((code) => code !== undefined));
}

interface Moment {
  /** Microseconds since 1970. */
  time: number;
  /** Past the microsecond. */
  nanoseconds: number;
}

function momentOf(timestamp: string | undefined): Moment | undefined {
  const time = timestamp === undefined ? undefined : parseTimestamp(timestamp);
  return timestamp === undefined || time === undefined
    ? undefined
    : { time, nanoseconds: nanosecondsIn(timestamp) };
}
