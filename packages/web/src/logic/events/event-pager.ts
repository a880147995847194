import type { EventsAnswer } from "@llm-sim/api";
import type { Event, EventFilterInput } from "@llm-sim/events/schema";
import { createStore, type Store } from "../store/index.ts";

/** Which stretch of a list. */
export type Paging = Pick<EventFilterInput, "limit" | "offset" | "cursor">;
export type FetchPage = (paging: Paging, signal: AbortSignal) => Promise<EventsAnswer>;

/**
 * What is known of a list of events too long to be held: its length, and the pages around where one looks. As a store
 * it holds how often it has changed.
 */
export interface EventPager extends Pick<Store<number>, "get" | "subscribe"> {
  /** `undefined` until the first answer. */
  readonly total: number | undefined;
  /** Why nothing may match, a line each: the filter names an agent that the log has not. */
  readonly hints: readonly string[];
  /** The last page that could not be fetched, until one can. */
  readonly error: unknown;
  event(index: number): Event | undefined;
  /** Where a held event stands in the list. */
  indexOf(eventId: string): number | undefined;
  /** Sees to it that these rows come; fetches what is not held nor on the way, and gives up pages no longer asked for. */
  want(first: number, last: number): void;
  /** One row, fetched where it is not held. */
  fetchEvent(index: number): Promise<Event | undefined>;
  /** Adds what a live run sent; events already known are passed over. */
  append(events: readonly Event[]): void;
  close(): void;
}

interface Page {
  events: Event[];
  nextCursor: string | undefined;
}

interface Pending {
  abort: AbortController;
  done: Promise<void>;
}

/** Rows a page; about 80 KB of events. */
export const PAGE_SIZE = 200;
/** Pages held: 8,000 rows, some 3 MB of text. */
const MAX_PAGES = 40;

/** Whether an event is among these or before them. Ids tell that where they ascend, as in this project's own logs. */
function knownIn(events: readonly Event[]): (eventId: string) => boolean {
  const last = events.at(-1)?.event_id;
  const ascend = events.every((event, at) => at === 0 || (events[at - 1]?.event_id ?? "") < event.event_id);
  if (last !== undefined && ascend) return (eventId) => eventId <= last;
  const ids = new Set(events.map((event) => event.event_id));
  return (eventId) => ids.has(eventId);
}

export function createEventPager(fetchPage: FetchPage, pageSize = PAGE_SIZE): EventPager {
  const pages = new Map<number, Page>();
  const pending = new Map<number, Pending>();
  const version = createStore(0);
  let total: number | undefined;
  let hints: readonly string[] = [];
  let error: unknown;
  let closed = false;

  function changed(): void {
    version.set(version.get() + 1);
  }

  function request(number: number): Promise<void> {
    const underWay = pending.get(number);
    if (underWay) return underWay.done;
    const abort = new AbortController();
    const done = load(number, abort.signal).finally(() => {
      if (pending.get(number)?.abort === abort) pending.delete(number);
    });
    pending.set(number, { abort, done });
    return done;
  }

  async function load(number: number, signal: AbortSignal): Promise<void> {
    // A cursor stays good while the run grows; where the page before is not held, the offset says where.
    const cursor = pages.get(number - 1)?.nextCursor;
    try {
      const answer = await fetchPage(
        { limit: pageSize, ...(cursor === undefined ? { offset: number * pageSize } : { cursor }) },
        signal,
      );
      const events = answer.events;
      // A page ends early where its events are very large; the rest comes by its cursor.
      let more = answer;
      while (more.has_more && more.next_cursor && events.length < pageSize) {
        more = await fetchPage({ limit: pageSize - events.length, cursor: more.next_cursor }, signal);
        events.push(...more.events);
      }
      if (closed || signal.aborted) return;
      keep(number, {
        events,
        nextCursor: events.length === pageSize ? (more.next_cursor ?? undefined) : undefined,
      });
      total = Math.max(answer.total, number * pageSize + events.length);
      hints = answer.hints ?? [];
      error = undefined;
      changed();
    } catch (reason) {
      if (closed || signal.aborted) return;
      error = reason;
      changed();
    }
  }

  function keep(number: number, page: Page): void {
    pages.delete(number);
    pages.set(number, page);
    for (const oldest of pages.keys()) {
      if (pages.size <= MAX_PAGES) break;
      pages.delete(oldest);
    }
  }

  const holds = (number: number) => {
    const page = pages.get(number);
    if (!page) return false;
    const expected = total === undefined ? 0 : Math.min(pageSize, total - number * pageSize);
    return page.events.length >= expected;
  };

  return {
    get total() {
      return total;
    },
    get error() {
      return error;
    },
    get hints() {
      return hints;
    },
    get: version.get,
    subscribe: version.subscribe,
    event(index) {
      return pages.get(Math.floor(index / pageSize))?.events[index % pageSize];
    },
    indexOf(eventId) {
      for (const [number, page] of pages) {
        const at = page.events.findIndex((event) => event.event_id === eventId);
        if (at >= 0) return number * pageSize + at;
      }
      return undefined;
    },
    want(first, last) {
      const from = Math.max(0, Math.floor(first / pageSize));
      const to = Math.floor(Math.max(first, last) / pageSize);
      for (const [number, { abort }] of pending)
        if (number < from || number > to) {
          abort.abort();
          pending.delete(number);
        }
      for (let number = from; number <= to; number++) {
        const page = pages.get(number);
        if (page) keep(number, page);
        const beyond = total !== undefined && number > 0 && number * pageSize >= total;
        if (!holds(number) && !beyond) void request(number);
      }
    },
    async fetchEvent(index) {
      const number = Math.floor(index / pageSize);
      if (!holds(number)) await request(number);
      return pages.get(number)?.events[index % pageSize];
    },
    append(events) {
      if (total === undefined) return;
      const lastPage = total === 0 ? 0 : Math.floor((total - 1) / pageSize);
      const isKnown = knownIn([
        ...(pages.get(lastPage - 1)?.events ?? []),
        ...(pages.get(lastPage)?.events ?? []),
      ]);
      for (const event of events) {
        if (isKnown(event.event_id)) continue;
        const number = Math.floor(total / pageSize);
        const at = total % pageSize;
        if (at === 0) pages.set(number, { events: [event], nextCursor: undefined });
        else {
          const page = pages.get(number);
          if (page?.events.length === at) page.events.push(event);
        }
        total++;
      }
      changed();
    },
    close() {
      closed = true;
      for (const { abort } of pending.values()) abort.abort();
      pending.clear();
    },
  };
}
