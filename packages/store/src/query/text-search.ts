import { setImmediate } from "node:timers/promises";
import type { EventCriteria } from "@llm-sim/api";
import type { RunView } from "../reader/index.ts";
import { RowBitmap } from "./row-set.ts";
import { Selection } from "./selection.ts";
import { TextMatch } from "./text-match.ts";
import { TextSieve } from "./text-sieve.ts";

/** Bytes of lines looked through between two turns of the event loop: some milliseconds of work. */
const STEP_BYTES = 1024 * 1024;
/** Rows that are told apart between two turns of the event loop, where all were looked at before. */
const STEP_ROWS = 8192;
/** Texts whose hits are remembered, and of each so many filters: the next page looks at new events only, a narrower filter at none. */
const REMEMBERED = 4;
const REMEMBERED_FILTERS = 8;

/** What is known of one text, whatever else was asked for beside it. */
interface Search {
  /** The index whose rows it holds. */
  serial: number;
  match: TextMatch;
  sieve: TextSieve;
  /** Rows that have been looked at, and those of them that hold the text. */
  looked: RowBitmap;
  hits: RowBitmap;
  filtered: Map<string, Filtered>;
  /** One looks at a time: what it finds, those that wait need not look at. */
  running: Promise<void> | undefined;
}

/** The hits of a filter, of its rows below `covered`. */
interface Filtered {
  covered: number;
  /** How many rows of the filter those are. */
  seen: number;
  rows: RowBitmap;
}

/** How far a search has come: all rows below `covered` that the filter lets through were looked at. */
export interface SearchedRows {
  covered: number;
  /** Rows that were looked at, and how many there are. */
  scanned: number;
  of: number;
  /** The hits that came since the last time this was told, ascending. */
  found: readonly number[];
}

export interface SearchOptions {
  /** Of who asked: where it is aborted, the search stops, and what it has looked at is remembered. */
  signal?: AbortSignal | undefined;
  /** Events that match for another reason, ascending: what they came of holds the text. */
  also?: readonly number[];
  /** Told now and then, and at the end, in ascending order of rows. */
  onStep?: (step: SearchedRows) => void;
}

/** Answers `q` by reading the lines of whatever else matches, a little at a time. */
export class TextSearches {
  readonly #searches = new Map<string, Search>();

  /**
   * The events that match all of `criteria`, of those that there are when it is called.
   * Throws `StaleIndex`, and the signal's reason.
   */
  async find(
    view: RunView,
    criteria: EventCriteria & { q: string },
    { signal, also = [], onStep }: SearchOptions = {},
  ): Promise<RowBitmap> {
    const { generation } = view;
    const { q, in: within = "description", ...others } = criteria;
    const end = view.index.rows;
    const search = this.#search(view, JSON.stringify([within, q]), () => new TextMatch(q, within));
    while (search.running !== undefined) await search.running;
    signal?.throwIfAborted();
    if (generation !== view.generation) throw view.stale();
    const pass = new Pass(view, search, others, end, also);
    const running = pass.run(signal, onStep);
    const done = (): void => {
      search.running = undefined;
    };
    search.running = running.then(done, done);
    return running;
  }

  #search(view: RunView, key: string, match: () => TextMatch): Search {
    const known = this.#searches.get(key);
    this.#searches.delete(key);
    const { serial } = view.index;
    const search = known?.serial === serial ? known : begun(serial, match());
    this.#searches.set(key, search);
    dropOldest(this.#searches, REMEMBERED);
    return search;
  }
}

function begun(serial: number, match: TextMatch): Search {
  return {
    serial,
    match,
    sieve: new TextSieve(match.needle),
    looked: new RowBitmap(0),
    hits: new RowBitmap(0),
    filtered: new Map(),
    running: undefined,
  };
}

function dropOldest(kept: Map<string, unknown>, most: number): void {
  for (const oldest of kept.keys()) {
    if (kept.size <= most) return;
    kept.delete(oldest);
  }
}

/** One way over the rows of a filter, in order. */
class Pass {
  readonly #view: RunView;
  readonly #search: Search;
  readonly #selection: Selection;
  readonly #end: number;
  readonly #filtered: Filtered;
  readonly #also: readonly number[];

  constructor(view: RunView, search: Search, others: EventCriteria, end: number, also: readonly number[]) {
    this.#view = view;
    this.#search = search;
    this.#selection = new Selection(view.index, others);
    this.#end = end;
    this.#also = also.filter((row) => row < end && this.#selection.matches(row));
    const key = JSON.stringify(others);
    const filtered = search.filtered.get(key) ?? { covered: 0, seen: 0, rows: new RowBitmap(end) };
    search.filtered.delete(key);
    search.filtered.set(key, filtered);
    dropOldest(search.filtered, REMEMBERED_FILTERS);
    this.#filtered = filtered;
    for (const rows of [search.looked, search.hits, filtered.rows]) rows.growTo(end);
  }

  async run(signal: AbortSignal | undefined, onStep: SearchOptions["onStep"]): Promise<RowBitmap> {
    const view = this.#view;
    const { generation } = view;
    const filtered = this.#filtered;
    const all = this.#selection.rows();
    const of = all.countBelow(this.#end);
    let told = 0;
    const tell = (): void => {
      if (onStep === undefined) return;
      const found = this.#foundBelow(filtered.covered, told);
      told = filtered.covered;
      onStep({ covered: filtered.covered, scanned: filtered.seen, of, found });
    };
    // The places of a filter's rows do not change: new ones come behind.
    for (let seen = all.countBelow(filtered.covered); seen < of; ) {
      const rows = all.take(seen, Math.min(STEP_ROWS, of - seen));
      const last = rows.at(-1);
      if (last === undefined) break;
      for (let first = 0; first < rows.length; ) {
        const after = this.#look(rows, first);
        first = after;
        if (first < rows.length) {
          this.#take(rows.slice(0, first), seen);
          tell();
        }
        await setImmediate();
        signal?.throwIfAborted();
        if (view.generation !== generation) throw view.stale();
      }
      this.#take(rows, seen);
      seen += rows.length;
      tell();
    }
    filtered.covered = Math.max(filtered.covered, this.#end);
    filtered.seen = of;
    tell();
    if (this.#also.length === 0) return filtered.rows;
    const rows = filtered.rows.copy();
    for (const row of this.#also) rows.add(row);
    return rows;
  }

  /** Reads the next lines of those that nobody has looked at; returns how many rows are done with. */
  #look(rows: readonly number[], first: number): number {
    const { looked, hits, sieve, match } = this.#search;
    const { columns } = this.#view.index;
    const step: number[] = [];
    let after = first;
    for (let bytes = 0; after < rows.length && bytes < STEP_BYTES; after++) {
      const row = rows[after] ?? 0;
      if (looked.has(row)) continue;
      step.push(row);
      bytes += columns.length[row] ?? 0;
    }
    if (step.length === 0) return after;
    const lines = this.#view.lines(step);
    for (const place of sieve.candidates(lines)) {
      const line = lines[place];
      if (line !== undefined && match.isIn(line)) hits.add(step[place] ?? 0);
    }
    for (const row of step) looked.add(row);
    return after;
  }

  /** Takes what is known of the rows into the filter's answer. */
  #take(rows: readonly number[], seenBefore: number): void {
    const filtered = this.#filtered;
    for (const row of rows) if (this.#search.hits.has(row)) filtered.rows.add(row);
    filtered.covered = (rows.at(-1) ?? filtered.covered - 1) + 1;
    filtered.seen = seenBefore + rows.length;
  }

  #foundBelow(covered: number, from: number): number[] {
    const { rows } = this.#filtered;
    const before = rows.countBelow(from);
    const found = rows.take(before, rows.countBelow(covered) - before);
    const also = this.#also.filter((row) => row >= from && row < covered && !rows.has(row));
    return also.length === 0 ? found : [...found, ...also].toSorted((a, b) => a - b);
  }
}
