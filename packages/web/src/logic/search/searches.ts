import type { EventCriteria } from "@llm-sim/api";
import { parseTimestamp } from "@llm-sim/events/schema";
import type { ApiClient } from "../api/index.ts";
import { isReading, type SearchState, type TextSearch } from "./text-search.ts";

/** The search that is under way, known to whoever asks for events: nobody waits for all of it, and nobody searches by asking. */
export interface Searches {
  begin(run: string, search: TextSearch): void;
  end(search: TextSearch): void;
  /** The same questions; where a search for their text is not done, they are of what it has looked at. */
  bounded(api: ApiClient): ApiClient;
}

export function createSearches(): Searches {
  let current: { run: string; search: TextSearch } | undefined;

  async function within<Asked extends EventCriteria & { id: string }>(
    asked: Asked,
    signal: AbortSignal | undefined,
  ): Promise<Asked> {
    if (!asked.q || asked.in !== "payload" || current?.run !== asked.id) return asked;
    const { search } = current;
    if (search.criteria.q !== asked.q) return asked;
    const { searchedTo } = await firstTime(search, signal);
    if (searchedTo === undefined) return asked;
    return { ...asked, end_timestamp: earlier(asked.end_timestamp, searchedTo) };
  }

  return {
    begin(run, search) {
      current = { run, search };
    },
    end(search) {
      if (current?.search === search) current = undefined;
    },
    bounded(api) {
      return {
        ...api,
        events: async (asked, signal) => api.events(await within(asked, signal), signal),
        timeline: async (asked, signal) => api.timeline(await within(asked, signal), signal),
      };
    },
  };
}

/** Once there is a time up to which all was looked at, or the search is done. */
function firstTime(search: TextSearch, signal: AbortSignal | undefined): Promise<SearchState> {
  const isThere = (state: SearchState): boolean =>
    !isReading(state) || state.phase === "failed" || state.searchedTo !== undefined;
  return new Promise((resolve, reject) => {
    if (isThere(search.get())) return resolve(search.get());
    const stop = search.subscribe(() => {
      if (!isThere(search.get())) return;
      signal?.removeEventListener("abort", gone);
      stop();
      resolve(search.get());
    });
    function gone(): void {
      stop();
      reject(signal?.reason instanceof Error ? signal.reason : new Error("aborted"));
    }
    if (signal?.aborted) gone();
    else signal?.addEventListener("abort", gone, { once: true });
  });
}

/** Of two times, of which one may be in another form than the log's. */
function earlier(one: string | undefined, other: string): string {
  if (one === undefined) return other;
  return (parseTimestamp(one) ?? 0) < (parseTimestamp(other) ?? 0) ? one : other;
}
