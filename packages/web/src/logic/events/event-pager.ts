import type { EventsAnswer, Gap } from "@llm-sim/api";
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
  /** Why these may not be all the events that match. */
  readonly gaps: readonly Gap[];
  /** The last page that could not be fetched, until one can. */
  readonly error: unknown;
  event(index: number): Event | undefined;
  /** Where a held event stands in the list. */
  indexOf(eventId: string): number | undefined;
  /** Sees to it that these rows come; fetches what is not held nor on the way, and gives up pages no longer asked for. */
  want(first: number, last: number): void;
  /** One row, fetched where it is not held: the nearest that there is, `undefined` of a list without any. */
  fetchEvent(index: number): Promise<Event | undefined>;
  /**
   * Looks up where the list ends now, for `append` to go on from there.
   *
   * @returns the last event's id, `undefined` where there is none
   * @throws what asking threw; then nothing is known of the end
   */
  anchor(signal?: AbortSignal): Promise<string | undefined>;
  /**
   * Adds what a live run sent since the anchor, every event once.
   *
   * @returns `false` where one of them is of an earlier time than the list's last: it stands somewhere in between, and
   * the list has to be asked for anew
   */
  append(events: readonly Event[]): boolean;
  /** Asks anew for what is in sight, and gives up everything else. */
  reload(): void;
  close(): void;
}

interface Page {
  events: Event[];
  nextCursor: string | undefined;
}

interface Pending {
  abort: AbortController;
  done: Promise<void>;
  /** Somebody waits for it, wherever else one looks meanwhile. */
  isAwaited: boolean;
}

/** Waits before a page is asked for again that was older than what a live run had sent, in milliseconds. */
const STALE_PAGE = 50;

/** Rows a page; about 80 KB of events. */
export const PAGE_SIZE = 200;
/** Pages held: 8,000 rows, some 3 MB of text. */
const MAX_PAGES = 40;

export function createEventPager(fetchPage: FetchPage, pageSize = PAGE_SIZE): EventPager {
  const pages = new Map<number, Page>();
  const pending = new Map<number, Pending>();
  const version = createStore(0);
  let total: number | undefined;
  let hints: readonly string[] = [];
  let gaps: readonly Gap[] = [];
  let error: unknown;
  let closed = false;
  /** The row of the event that is sent next, and when the one before it happened; `undefined` where that is not known. */
  let next: { row: number; after: string } | undefined;
  /** The pages that were looked at last. */
  let looked = { from: 0, to: 0 };

  function changed(): void {
    version.set(version.get() + 1);
  }

  function request(number: number, isAwaited = false): Promise<void> {
    const underWay = pending.get(number);
    if (underWay) {
      underWay.isAwaited ||= isAwaited;
      return underWay.done;
    }
    const abort = new AbortController();
    const done = load(number, abort.signal).finally(() => {
      if (pending.get(number)?.abort === abort) pending.delete(number);
    });
    pending.set(number, { abort, done, isAwaited });
    return done;
  }

  async function load(number: number, signal: AbortSignal): Promise<void> {
    try {
      await fetchInto(number, signal);
      // Asked for before a live run sent more of this page.
      if (!closed && !signal.aborted && pages.has(number) && !holds(number))
        setTimeout(() => closed || holds(number) || void request(number), STALE_PAGE);
    } catch (reason) {
      if (closed || signal.aborted) return;
      error = reason;
      changed();
    }
  }

  /** Fetches a page and keeps it. @returns how long the list was then */
  async function fetchInto(number: number, signal: AbortSignal): Promise<number> {
    // A cursor stays good while the run grows; where the page before is not held, the offset says where.
    const cursor = pages.get(number - 1)?.nextCursor;
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
    const end = Math.max(answer.total, number * pageSize + events.length);
    if (closed || signal.aborted) return end;
    // What a live run sent meanwhile may be more than was there when the page was read.
    const held = pages.get(number);
    if (held === undefined || held.events.length <= events.length)
      keep(number, {
        events,
        nextCursor: events.length === pageSize ? (more.next_cursor ?? undefined) : undefined,
      });
    total = Math.max(end, next?.row ?? 0);
    hints = answer.hints ?? [];
    gaps = answer.gaps;
    error = undefined;
    changed();
    return end;
  }

  function keep(number: number, page: Page): void {
    pages.delete(number);
    pages.set(number, page);
    for (const oldest of pages.keys()) {
      if (pages.size <= MAX_PAGES) break;
      pages.delete(oldest);
    }
  }

  function place(row: number, event: Event): void {
    const number = Math.floor(row / pageSize);
    const page = pages.get(number);
    if (page?.events.length === row % pageSize) page.events.push(event);
    else if (row % pageSize === 0 && page === undefined)
      keep(number, { events: [event], nextCursor: undefined });
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
    get gaps() {
      return gaps;
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
      looked = { from, to };
      for (const [number, { abort, isAwaited }] of pending)
        if ((number < from || number > to) && !isAwaited) {
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
    async fetchEvent(row) {
      // The first of a list that is not there yet: keys are pressed before.
      const index = Math.max(0, Math.min(row, total === undefined ? row : total - 1));
      const number = Math.floor(index / pageSize);
      if (!holds(number)) await request(number, true);
      return pages.get(number)?.events[index % pageSize];
    },
    async anchor(signal = new AbortController().signal) {
      next = undefined;
      for (let number = 0; ; ) {
        const all = await fetchInto(number, signal);
        signal.throwIfAborted();
        const events = pages.get(number)?.events ?? [];
        const row = number * pageSize + events.length;
        if (row >= all) {
          const last = events.at(-1);
          next = { row, after: last?.timestamp ?? "" };
          return last?.event_id;
        }
        number = Math.floor((all - 1) / pageSize);
      }
    },
    append(events) {
      if (next === undefined) return false;
      for (const event of events) {
        if (event.timestamp < next.after) {
          next = undefined;
          return false;
        }
        place(next.row, event);
        next = { row: next.row + 1, after: event.timestamp };
      }
      total = Math.max(total ?? 0, next.row);
      changed();
      // A page in sight that was read before the anchor may lack what lies between.
      for (let number = looked.from; number <= looked.to; number++)
        if (pages.has(number) && !holds(number)) void request(number);
      return true;
    },
    reload() {
      next = undefined;
      for (const { abort } of pending.values()) abort.abort();
      pending.clear();
      for (const number of pages.keys())
        if (number < looked.from || number > looked.to) pages.delete(number);
        else void request(number);
      void request(looked.from);
    },
    close() {
      closed = true;
      for (const { abort } of pending.values()) abort.abort();
      pending.clear();
    },
  };
}
