import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fakeApi } from "../../testing/fake-api.ts";
import { fakeRun } from "../../testing/fake-run.ts";
import { createApiClient } from "../api/index.ts";
import {
  createEventPager,
  locateEvent,
  locateTurn,
  MAX_HEIGHT,
  revealed,
  rowOffset,
  rowWindow,
  scrolled,
  visibleRows,
} from "./index.ts";

const run = fakeRun();
const fake = fakeApi({ "market-7": run });
const api = createApiClient({
  baseUrl: "",
  fetch: fake.fetch,
  token: () => undefined,
  onReachable: () => {},
});
const pages = () =>
  createEventPager((paging, signal) => api.events({ id: "market-7", ...paging }, signal), 50);

async function settled(pager: ReturnType<typeof pages>, index: number) {
  await pager.fetchEvent(index);
  return pager;
}

describe("the event pager", () => {
  it("fetches the rows that are looked at, and knows the whole length", async () => {
    const pager = await settled(pages(), 0);
    expect(pager.total).toBe(run.length);
    expect(pager.event(49)?.event_id).toBe(run[49]?.event_id);
    expect(pager.event(50)).toBeUndefined();
    expect((await pager.fetchEvent(333))?.event_id).toBe(run[333]?.event_id);
    expect(pager.indexOf(run[333]?.event_id ?? "")).toBe(333);
  });

  it("gives the nearest row that there is, whether the list is there yet or not", async () => {
    const pager = pages();
    expect((await pager.fetchEvent(-1))?.event_id).toBe(run[0]?.event_id);
    expect((await pager.fetchEvent(-7))?.event_id).toBe(run[0]?.event_id);
    expect((await pager.fetchEvent(1e6))?.event_id).toBe(run.at(-1)?.event_id);
    expect(fake.requests.filter((request) => request.includes("offset=-"))).toEqual([]);
    const none = { events: [], total: 0, has_more: false, next_cursor: null, complete: true, gaps: [] };
    const asked: unknown[] = [];
    const empty = createEventPager((paging) => {
      asked.push(paging.offset);
      return Promise.resolve(none);
    });
    for (const row of [-1, 0, 3]) expect(await empty.fetchEvent(row)).toBeUndefined();
    expect(asked.every((offset) => offset === 0)).toBe(true);
  });

  it("goes on by cursor where it holds the page before, by offset where it jumps", async () => {
    const pager = await settled(pages(), 0);
    await pager.fetchEvent(60);
    expect(fake.requests.at(-1)).toContain("cursor=50");
    await pager.fetchEvent(333);
    expect(fake.requests.at(-1)).toContain("offset=300");
  });

  it("keeps what the server says of a filter that matches nothing", async () => {
    const hints = ['run market-7 has no agent "alise"; the nearest: alice'];
    const empty = { events: [], total: 0, has_more: false, next_cursor: null, complete: true, gaps: [] };
    const pager = createEventPager(() => Promise.resolve({ ...empty, hints }));
    expect(pager.hints).toEqual([]);
    await pager.fetchEvent(0);
    expect(pager.hints).toEqual(hints);
  });

  it("asks once for a page that is on its way, and not at all for one it holds", async () => {
    const pager = pages();
    const before = fake.requests.length;
    pager.want(0, 20);
    pager.want(10, 30);
    await pager.fetchEvent(5);
    pager.want(0, 40);
    expect(fake.requests.length - before).toBe(1);
  });

  it("gives up what is no longer looked at", async () => {
    const signals: AbortSignal[] = [];
    const pager = createEventPager((_, signal) => {
      signals.push(signal);
      return new Promise(() => {});
    }, 50);
    pager.want(0, 10);
    pager.want(500, 510);
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
    pager.close();
    expect(signals.map((signal) => signal.aborted)).toEqual([true, true]);
  });

  it("takes on what a live run sends, once", async () => {
    const grown = run.slice(0, 120);
    const live = createApiClient({ ...api.connection, fetch: fakeApi({ live: grown }).fetch });
    const pager = createEventPager((paging, signal) => live.events({ id: "live", ...paging }, signal), 50);
    expect(await pager.anchor()).toBe(run[119]?.event_id);
    grown.push(...run.slice(120, 160));
    // What is sent is in this page, too: it is no other event.
    await pager.fetchEvent(130);
    expect(pager.append(run.slice(120, 160))).toBe(true);
    expect(pager.total).toBe(160);
    for (const index of [119, 120, 149, 150, 159])
      expect(pager.event(index)?.event_id).toBe(run[index]?.event_id);
  });

  it("says what went wrong, and forgets it when it goes well again", async () => {
    let broken = true;
    const pager = createEventPager((paging, signal) =>
      broken ? Promise.reject(new Error("gone")) : api.events({ id: "market-7", ...paging }, signal),
    );
    await pager.fetchEvent(0);
    expect(pager.error).toMatchObject({ message: "gone" });
    broken = false;
    await pager.fetchEvent(0);
    expect([pager.error, pager.total]).toEqual([undefined, run.length]);
  });
});

describe("the place of an event in a filtered list", () => {
  it.each([{}, { event_types: ["ACTION" as const] }, { agent_ids: ["bob"], turn_start: 3, turn_end: 30 }])(
    "is found without reading the list: %o",
    async (criteria) => {
      const { events } = await api.events({ id: "market-7", ...criteria, limit: 10_000 });
      for (const [index, event] of [...events.entries()].filter(([at]) => at % 37 === 0))
        expect(await locateEvent(api, "market-7", criteria, event)).toBe(index);
      const first = events.findIndex((event) => event.turn_number >= 9);
      expect(await locateTurn(api, "market-7", criteria, 9)).toBe(first);
    },
  );

  it("is nowhere where the filter leaves it out", async () => {
    const decision = run.find((event) => event.event_type === "DECISION");
    expect(
      decision && (await locateEvent(api, "market-7", { event_types: ["STATE"] }, decision)),
    ).toBeUndefined();
  });
});

describe("a window on very many rows", () => {
  const view = 500;
  const height = 26;

  it("never asks the browser for more than it can scroll, and reaches the last row", () => {
    const rows = 10_000_000;
    const start = rowWindow(rows, height);
    expect(start.height).toBe(MAX_HEIGHT);
    const end = scrolled(start, MAX_HEIGHT - view, rows, height, view);
    expect(visibleRows(end, rows, height, view).last).toBe(rows - 1);
    expect(rowOffset(end, rows - 1, height) + height).toBeCloseTo(MAX_HEIGHT, 3);
  });

  it("moves by rows when the wheel turns, however long the list", () => {
    const rows = 10_000_000;
    const middle = revealed(rowWindow(rows, height), 5_000_000, rows, height, view);
    const next = scrolled(middle, middle.scrollTop + 52, rows, height, view);
    expect(next.top - middle.top).toBe(52);
  });

  it("shows a row that is asked for", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20_000_000 }),
        fc.double({ min: 0, max: 0.999999, noNaN: true }),
        (rows, share) => {
          const row = Math.floor(rows * share);
          const window = revealed(rowWindow(rows, height), row, rows, height, view);
          const { first, last } = visibleRows(window, rows, height, view, 0);
          expect(row).toBeGreaterThanOrEqual(first);
          expect(row).toBeLessThanOrEqual(last);
          expect(rowOffset(window, row, height)).toBeLessThanOrEqual(MAX_HEIGHT);
        },
      ),
    );
  });

  it("stays where it is when the row is in sight already", () => {
    const window = rowWindow(100, height);
    expect(revealed(window, 5, 100, height, view)).toBe(window);
  });
});
