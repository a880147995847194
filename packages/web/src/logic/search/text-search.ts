import { addressOf, type EventCriteria, type Gap, search, searchMessages } from "@llm-sim/api";
import { type Connection, getResponse, readServerSentEvents } from "../api/index.ts";
import { createStore, type Store } from "../store/index.ts";

/** How a search for a text in payloads goes. */
export interface SearchState {
  /** `off` where there is nothing to search: the filter is answered by the index, or by descriptions alone. */
  phase: "off" | "running" | "stopped" | "failed" | "done";
  scanned: number;
  of: number;
  hits: number;
  /** All events up to this time have been looked at. */
  searchedTo?: string | undefined;
  /** The turn of that time. */
  turn?: number | undefined;
  /** Why it failed. */
  error?: unknown;
  /** What could not be looked at. */
  gaps: readonly Gap[];
}

export interface TextSearch extends Pick<Store<SearchState>, "get" | "subscribe"> {
  readonly criteria: EventCriteria;
  /** What has been found stays. */
  stop(): void;
  /** From where it was stopped. */
  goOn(): void;
  close(): void;
}

/** Told no oftener than this, in milliseconds, and less and less often: with each time list and timeline look again. */
const TELL_EVERY = 500;
const RARER = 1.4;
/** But at first, when everybody waits. */
const TELL_FIRST = 120;

const NOTHING: SearchState = { phase: "off", scanned: 0, of: 0, hits: 0, gaps: [] };

/** Whether it may find more by itself, or could if it went on: until it is done, what is shown is not all. */
export function isReading({ phase }: SearchState): boolean {
  return phase === "running" || phase === "stopped" || phase === "failed";
}

/** Searches a run for the filter's text where that is to be found anywhere; it begins at once. */
export function createTextSearch(
  connection: Connection,
  run: string,
  criteria: EventCriteria,
  tellEvery = TELL_EVERY,
): TextSearch {
  const { q } = criteria;
  const isWanted = q !== undefined && q !== "" && criteria.in === "payload";
  const state = createStore<SearchState>(isWanted ? { ...NOTHING, phase: "running" } : NOTHING);
  let reading: AbortController | undefined;
  let tellAfter = 0;
  let wait = tellEvery;

  function told(next: SearchState): void {
    const now = performance.now();
    if (next.phase === "running" && (next.searchedTo === undefined || now < tellAfter)) {
      // What is not told is still known by who stops.
      latest = next;
      return;
    }
    tellAfter = now + wait;
    wait *= RARER;
    latest = next;
    state.set(next);
  }
  let latest = state.get();

  async function read(signal: AbortSignal): Promise<void> {
    const address = addressOf(search, { id: run, ...criteria, q: q ?? "", hits: 0 });
    const response = await getResponse(connection, address, "text/event-stream", signal);
    if (!response.body) throw new Error("The search has no body.");
    for await (const { event, data } of readServerSentEvents(response.body)) {
      signal.throwIfAborted();
      if (event === "progress") {
        const { searched_to: searchedTo, ...progress } = searchMessages.progress.parse(JSON.parse(data));
        told({ ...NOTHING, ...progress, searchedTo, phase: "running" });
      } else if (event === "end") {
        const { scanned, of, hits, gaps } = searchMessages.end.parse(JSON.parse(data));
        told({ phase: "done", scanned, of, hits, gaps });
        return;
      } else if (event === "failure") throw new Error(searchMessages.failure.parse(JSON.parse(data)).message);
    }
    throw new Error("The search broke off.");
  }

  function begin(): void {
    const abort = new AbortController();
    reading = abort;
    wait = tellEvery;
    tellAfter = performance.now() + Math.min(tellEvery, TELL_FIRST);
    read(abort.signal).catch((error: unknown) => {
      if (!abort.signal.aborted) told({ ...latest, phase: "failed", error });
    });
  }

  if (isWanted) begin();
  return {
    criteria,
    get: state.get,
    subscribe: state.subscribe,
    stop() {
      if (state.get().phase !== "running") return;
      reading?.abort();
      told({ ...latest, phase: "stopped" });
    },
    goOn() {
      const { phase } = state.get();
      if (phase !== "stopped" && phase !== "failed") return;
      latest = { ...latest, phase: "running", error: undefined };
      state.set(latest);
      begin();
    },
    close() {
      reading?.abort();
    },
  };
}
