import type { EventCriteria } from "@llm-sim/api";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createApiClient } from "../api/index.ts";
import { createSearches, createTextSearch, isReading } from "./index.ts";

const encoder = new TextEncoder();
const message = (event: string, data: unknown) => `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
const T1 = "2026-11-23T07:15:01.000000Z";
const T2 = "2026-11-23T07:15:02.000000Z";
const progress = (scanned: number, hits: number, searched_to?: string) =>
  message("progress", { scanned, of: 100, hits, ...(searched_to && { searched_to, turn: scanned }) });
const end = (hits: number) => message("end", { scanned: 100, of: 100, hits, complete: true, gaps: [] });

/** A server whose search says what the test says. */
function server() {
  const asked: string[] = [];
  let say: (text: string) => void = () => {};
  let close: () => void = () => {};
  const stopped = vi.fn();
  return {
    asked,
    stopped,
    say: (text: string) => say(text),
    close: () => close(),
    connection: {
      baseUrl: "",
      token: () => undefined,
      onReachable: () => {},
      retryDelays: [],
      fetch: async (url: string, init: RequestInit) => {
        asked.push(url);
        if (!url.includes("/search"))
          return Response.json({
            events: [],
            total: 0,
            has_more: false,
            next_cursor: null,
            complete: true,
            gaps: [],
          });
        const body = new ReadableStream<Uint8Array>({
          start(controller) {
            say = (text) => controller.enqueue(encoder.encode(text));
            close = () => controller.close();
            init.signal?.addEventListener("abort", () => {
              stopped();
              controller.error(new Error("aborted"));
            });
          },
        });
        return new Response(body, { headers: { "content-type": "text/event-stream" } });
      },
    },
  };
}

const WANTED: EventCriteria = { q: "needle", in: "payload" };
const open: { close(): void }[] = [];
function begun(of: ReturnType<typeof server>, criteria: EventCriteria = WANTED) {
  const search = createTextSearch(of.connection, "run", criteria, 0);
  open.push(search);
  return search;
}
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});
const phase = (search: ReturnType<typeof begun>) => search.get().phase;

describe("a search for a text", () => {
  it("is none where descriptions are looked through, or nothing is", () => {
    const one = server();
    for (const criteria of [{}, { q: "needle" }, { q: "", in: "payload" as const }])
      expect(phase(begun(one, criteria))).toBe("off");
    expect(one.asked).toEqual([]);
  });

  it("says how far it has come, and when it is done", async () => {
    const one = server();
    const search = begun(one);
    expect(search.get()).toMatchObject({ phase: "running", hits: 0 });
    await expect.poll(() => one.asked).toEqual(["/simulations/run/search?q=needle&in=payload&hits=0"]);
    one.say(progress(10, 1, T1));
    await expect
      .poll(() => search.get())
      .toMatchObject({ phase: "running", scanned: 10, hits: 1, searchedTo: T1, turn: 10 });
    one.say(end(7));
    await expect.poll(() => search.get()).toMatchObject({ phase: "done", scanned: 100, hits: 7 });
    expect(search.get().searchedTo).toBeUndefined();
    expect(isReading(search.get())).toBe(false);
  });

  it("is stopped, keeps what it has found, and goes on", async () => {
    const one = server();
    const search = begun(one);
    await expect.poll(() => one.asked.length).toBe(1);
    one.say(progress(10, 1, T1));
    await expect.poll(() => search.get().hits).toBe(1);
    search.stop();
    expect(search.get()).toMatchObject({ phase: "stopped", searchedTo: T1, hits: 1 });
    expect(one.stopped).toHaveBeenCalledTimes(1);
    search.goOn();
    await expect.poll(() => one.asked.length).toBe(2);
    one.say(end(3));
    await expect.poll(() => phase(search)).toBe("done");
  });

  it("says that it broke off, and can be begun again", async () => {
    const one = server();
    const search = begun(one);
    await expect.poll(() => one.asked.length).toBe(1);
    one.say(progress(10, 1, T1));
    one.close();
    await expect.poll(() => phase(search)).toBe("failed");
    expect(search.get().hits).toBe(1);
    search.goOn();
    expect(phase(search)).toBe("running");
  });
});

describe("what is asked while a search goes on", () => {
  function page(criteria: EventCriteria = WANTED) {
    const one = server();
    const searches = createSearches();
    const search = begun(one, criteria);
    searches.begin("run", search);
    const api = searches.bounded(createApiClient(one.connection));
    const events = (more: EventCriteria = {}) => api.events({ id: "run", ...criteria, ...more, limit: 1 });
    const endOf = () => new URL(one.asked.at(-1) ?? "", "http://x").searchParams.get("end_timestamp");
    return { one, search, searches, events, endOf };
  }

  it("waits for the first time that is behind it, and is of what lies before that", async () => {
    const { one, search, events, endOf } = page();
    const asking = events();
    await expect.poll(() => one.asked.length).toBe(1);
    one.say(progress(10, 1, T1));
    await asking;
    expect(endOf()).toBe(T1);
    await events({ end_timestamp: "2026-11-23T07:15:00Z" });
    expect(endOf()).toBe("2026-11-23T07:15:00Z");
    one.say(progress(20, 1, T2));
    await expect.poll(() => search.get().searchedTo).toBe(T2);
    await events({ end_timestamp: "2027-01-01" });
    expect(endOf()).toBe(T2);
    search.stop();
    await events();
    expect(endOf()).toBe(T2);
  });

  it("is as it was asked once all is searched, and where it is about something else", async () => {
    const { one, search, searches, events, endOf } = page();
    await expect.poll(() => one.asked.length).toBe(1);
    await events({ q: "other" });
    expect(endOf()).toBe(null);
    one.say(end(2));
    await expect.poll(() => phase(search)).toBe("done");
    await events();
    expect(endOf()).toBe(null);
    searches.end(search);
    await events();
    expect(endOf()).toBe(null);
  });

  it("is given up by who no longer wants it", async () => {
    const { one, searches } = page();
    const api = searches.bounded(createApiClient(one.connection));
    const gone = new AbortController();
    const asking = api.events({ id: "run", ...WANTED }, gone.signal);
    gone.abort(new Error("gone"));
    await expect(asking).rejects.toThrow("gone");
  });
});
