import type { SearchProgress } from "@llm-sim/api";
import { formatTimestamp } from "@llm-sim/events/schema";
import type { StreamedEvent } from "./live/index.ts";
import { MAX_PAGE_BYTES } from "./query/index.ts";
import type { RunView } from "./reader/index.ts";
import type { RunIndex } from "./run-index/index.ts";

/** How a search goes on beside its answer. */
export interface ParsedSearch {
  /** Of who asked: where it is aborted, the search stops within some milliseconds, and throws its reason. */
  signal?: AbortSignal | undefined;
  /** So many of the hits are told whole, at most; default 0. */
  hits?: number | undefined;
  /** Told some hundred times a second, and at the end. */
  onProgress?: (progress: SearchProgress & { events: StreamedEvent[] }) => void;
}

/** The first of a search's hits, as many as are asked for and as a page may hold. */
export class FoundEvents {
  readonly #view: RunView;
  #left: number;
  #bytesLeft = MAX_PAGE_BYTES;

  constructor(view: RunView, most: number) {
    this.#view = view;
    this.#left = most;
  }

  of(rows: readonly number[]): StreamedEvent[] {
    const { index } = this.#view;
    const events: StreamedEvent[] = [];
    for (const row of rows) {
      if (this.#left <= 0) break;
      this.#bytesLeft -= index.columns.length(row);
      if (this.#bytesLeft < 0) this.#left = 0;
      else {
        this.#left--;
        events.push({ event_id: index.idOf(row), line: this.#view.line(row) });
      }
    }
    return events;
  }
}

/**
 * Until which time all events that a search lets through have been looked at, and in which turn that is: asked for with this
 * `end_timestamp`, events and counts are there at once. Nothing where no such time is behind it yet, or all are.
 *
 * @param covered rows below this one have been looked at
 */
export function searchedTo(
  { columns, rows }: RunIndex,
  covered: number,
): Pick<SearchProgress, "searched_to" | "turn"> {
  if (covered <= 0 || covered >= rows) return {};
  const time = columns.time(covered);
  const nanoseconds = columns.nanoseconds(covered);
  if (columns.compareTime(0, time, nanoseconds) >= 0) return {};
  const turn = columns.turn(covered - 1);
  return {
    searched_to: nanoseconds > 0 ? formatTimestamp(time, nanoseconds - 1) : formatTimestamp(time - 1, 999),
    turn,
  };
}
