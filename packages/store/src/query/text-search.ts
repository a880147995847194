import type { EventCriteria } from "@llm-sim/api";
import { Pace } from "../pace/index.ts";
import type { RunView } from "../reader/index.ts";
import { RowBitmap } from "./row-set.ts";
import { Selection } from "./selection.ts";
import { TextMatch } from "./text-match.ts";
import { TextSieve } from "./text-sieve.ts";

/** Bytes of lines looked through at a time: some milliseconds of work. */
const STEP_BYTES = 256 * 1024;
/** Rows that are taken at a time. */
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
}

/** The hits of a filter, of its rows below `covered`. */
interface Filtered {
  covered: number;
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
    const { q, in: within = "description", ...others } = criteria;
    const search = this.#search(view, JSON.stringify([within, q]), () => new TextMatch(q, within));
    signal?.throwIfAborted();
    // Several may be under way at a time: what one has looked at, no other reads.
    return new Pass(view, search, others, view.index.rows, also).run(signal, onStep);
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
    const filtered = search.filtered.get(key) ?? { covered: 0, rows: new RowBitmap(end) };
    search.filtered.delete(key);
    search.filtered.set(key, filtered);
    dropOldest(search.filtered, REMEMBERED_FILTERS);
    this.#filtered = filtered;
    for (const rows of [search.looked, search.hits, filtered.rows]) rows.growTo(end);
  }

  async run(signal: AbortSignal | undefined, onStep: SearchOptions["onStep"]): Promise<RowBitmap> {
    const pace = new Pace([this.#view], signal);
    const filtered = this.#filtered;
    const all = await this.#selection.rows(pace);
    const of = all.countBelow(this.#end);
    let told = 0;
    const tell = (covered: number, scanned: number): void => {
      if (onStep === undefined) return;
      onStep({ covered, scanned, of, found: this.#foundBelow(covered, told) });
      told = covered;
    };
    // The places of a filter's rows do not change: new ones come behind.
    let seen = all.countBelow(Math.min(filtered.covered, this.#end));
    if (seen > 0) tell(Math.min(filtered.covered, this.#end), seen);
    while (seen < of) {
      const rows = all.take(seen, Math.min(STEP_ROWS, of - seen));
      if (rows.length === 0) break;
      for (let first = 0; first < rows.length; ) {
        const after = this.#look(rows, first);
        const covered = this.#take(rows.slice(first, after));
        first = after;
        tell(covered, seen + after);
        await pace.yieldIfDue();
      }
      seen += rows.length;
    }
    filtered.covered = Math.max(filtered.covered, this.#end);
    tell(this.#end, of);
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
      bytes += columns.length(row);
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

  /** Takes what is known of the rows into the filter's answer; returns below which row it is now. */
  #take(rows: readonly number[]): number {
    const filtered = this.#filtered;
    for (const row of rows) if (this.#search.hits.has(row)) filtered.rows.add(row);
    const covered = (rows.at(-1) ?? -1) + 1;
    filtered.covered = Math.max(filtered.covered, covered);
    return covered;
  }

  #foundBelow(covered: number, from: number): number[] {
    const { rows } = this.#filtered;
    const before = rows.countBelow(from);
    const found = rows.take(before, rows.countBelow(covered) - before);
    const also = this.#also.filter((row) => row >= from && row < covered && !rows.has(row));
    return also.length === 0 ? found : [...found, ...also].toSorted((a, b) => a - b);
  }
}
