import { setImmediate } from "node:timers/promises";
import type { EventCriteria } from "@llm-sim/api";
import type { RunView } from "../reader/index.ts";
import { RowBitmap } from "./row-set.ts";
import { Selection } from "./selection.ts";
import { TextMatch } from "./text-match.ts";

/** Bytes of lines looked through between two turns of the event loop: some milliseconds of work. */
const STEP_BYTES = 1024 * 1024;
/** Searches whose hits are remembered, so that the next page, or the same page a while later, looks at new events only. */
const REMEMBERED = 8;

interface Search {
  /** The index whose rows it holds. */
  serial: number;
  /** Rows below this one have been looked at. */
  covered: number;
  /** Rows, ascending. */
  hits: number[];
  running: Promise<void> | undefined;
}

/** Answers `q` by reading the lines of whatever else matches, a little at a time. */
export class TextSearches {
  readonly #searches = new Map<string, Search>();

  /** The events that match all of `criteria`, of those that there are when it is called. Throws `StaleIndex`. */
  async find(view: RunView, criteria: EventCriteria & { q: string }): Promise<RowBitmap> {
    const { generation } = view;
    const end = view.index.rows;
    const search = this.#search(view, JSON.stringify(criteria));
    while (search.covered < end) {
      search.running ??= this.#extend(view, criteria, search).finally(() => {
        search.running = undefined;
      });
      await search.running;
      if (generation !== view.generation) throw view.stale();
    }
    const rows = new RowBitmap(end);
    for (const row of search.hits) {
      if (row >= end) break;
      rows.add(row);
    }
    return rows;
  }

  #search(view: RunView, key: string): Search {
    const known = this.#searches.get(key);
    this.#searches.delete(key);
    const search =
      known?.serial === view.index.serial
        ? known
        : { serial: view.index.serial, covered: 0, hits: [], running: undefined };
    this.#searches.set(key, search);
    for (const oldest of this.#searches.keys()) {
      if (this.#searches.size <= REMEMBERED) break;
      this.#searches.delete(oldest);
    }
    return search;
  }

  async #extend(view: RunView, criteria: EventCriteria & { q: string }, search: Search): Promise<void> {
    const { index, generation } = view;
    const end = index.rows;
    const text = new TextMatch(criteria.q, criteria.in);
    const rows: number[] = [];
    for (const row of new Selection(index, criteria).rows().rows()) {
      if (row >= search.covered) rows.push(row);
    }
    for (let first = 0; first < rows.length; ) {
      let bytes = 0;
      let after = first;
      for (; after < rows.length && (after === first || bytes < STEP_BYTES); after++)
        bytes += index.columns.length[rows[after] ?? 0] ?? 0;
      const step = rows.slice(first, after);
      const lines = view.lines(step);
      step.forEach((row, place) => {
        const line = lines[place];
        if (line !== undefined && text.isIn(line)) search.hits.push(row);
      });
      first = after;
      await setImmediate();
      if (view.generation !== generation) return;
    }
    search.covered = end;
  }
}
