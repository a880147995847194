import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Event } from "@llm-sim/events/schema";
import { afterEach, describe, expect, it } from "vitest";
import {
  ask,
  giveBack,
  linesOf,
  openRun,
  outputDirectory,
  serve,
  writeRun,
  writeTurn,
} from "../served-runs.test.fixture.ts";

afterEach(giveBack);

const ids = (events: readonly Event[]) => events.map((event) => event.event_id);

async function servedRun(turns = 3) {
  const outputDir = outputDirectory();
  await writeRun(outputDir, "market-1", turns);
  const server = await serve({ outputDir });
  const lines = await linesOf(join(outputDir, "market-1"));
  const events: Event[] = lines.map((line) => JSON.parse(line));
  return { outputDir, server, lines, events, base: "/simulations/market-1" };
}

describe("the list of runs", () => {
  it("holds id, name, start time, count and status of each, newest first", async () => {
    const outputDir = outputDirectory();
    await writeRun(outputDir, "older");
    await writeRun(outputDir, "newer", 1);
    const server = await serve({ outputDir });
    const { status, json } = await ask(server, "/simulations");
    expect(status).toBe(200);
    expect(json.simulations).toMatchObject([
      { id: "newer", name: "market", event_count: 12, status: "completed" },
      { id: "older", name: "market", event_count: 32, status: "completed" },
    ]);
    expect(json.simulations[0].start_time > json.simulations[1].start_time).toBe(true);
  });

  it("says that a run is running while its writer lives", async () => {
    const outputDir = outputDirectory();
    const stream = await openRun(outputDir, "live");
    writeTurn(stream, 1);
    await stream.flush();
    const server = await serve({ outputDir });
    expect((await ask(server, "/simulations/live")).json).toMatchObject({
      status: "running",
      event_count: 11,
    });
    await stream.close();
    expect((await ask(server, "/simulations/live")).json).toMatchObject({
      status: "completed",
      event_count: 12,
    });
  });
});

describe("a page of events", () => {
  it("carries the lines as they stand in the log, in order", async () => {
    const { server, base, lines } = await servedRun();
    const { text, headers } = await ask(server, `${base}/events`);
    expect(text).toBe(
      `{"events":[${lines.join(",")}],"total":${lines.length},"has_more":false,"next_cursor":null,"complete":true,"gaps":[]}`,
    );
    expect(headers["content-type"]).toBe("application/json; charset=utf-8");
    expect(headers["x-skipped-lines"]).toBe("0");
  });

  it("is the same when it is too large to be joined", async () => {
    const { server, base, lines } = await servedRun(400);
    const { text, headers } = await ask(server, `${base}/events?limit=10000`);
    expect(text.length).toBeGreaterThan(1_000_000);
    expect(text).toBe(
      `{"events":[${lines.join(",")}],"total":${lines.length},"has_more":false,"next_cursor":null,"complete":true,"gaps":[]}`,
    );
    expect(Number(headers["content-length"])).toBe(Buffer.byteLength(text));
  });

  const filters: [query: string, matches: (event: Event) => boolean][] = [
    ["event_types=DECISION", (event) => event.event_type === "DECISION"],
    ["event_types=DECISION,STATE", (event) => ["DECISION", "STATE"].includes(event.event_type)],
    ["event_types=DECISION&event_types=STATE", (event) => ["DECISION", "STATE"].includes(event.event_type)],
    ["agent_ids=alice", (event) => event.agent_id === "alice"],
    ["agent_ids=alice,bob", (event) => event.agent_id !== undefined],
    ["turn_start=2&turn_end=2", (event) => event.turn_number === 2],
    ["turn_start=3", (event) => event.turn_number >= 3],
    ["q=%C3%BCN%C3%8FCODE", (event) => event.description?.includes("ünïcode") ?? false],
    [
      "agent_ids=bob&event_types=ACTION&turn_end=1",
      (event) => event.agent_id === "bob" && event.event_type === "ACTION" && event.turn_number === 1,
    ],
    [
      "involving=bob",
      (event) =>
        JSON.stringify([event.agent_id, event.participating_agent_ids, event.subject_agent_id]).includes(
          "bob",
        ),
    ],
  ];
  for (const [query, matches] of filters) {
    it(`filters by ${query}`, async () => {
      const { server, base, events } = await servedRun();
      const { json } = await ask(server, `${base}/events?${query}`);
      const expected = events.filter(matches);
      expect(expected.length).toBeGreaterThan(0);
      expect(expected.length).toBeLessThan(events.length);
      expect(json.events).toEqual(expected);
      expect(json.total).toBe(expected.length);
    });
  }

  it("filters by time, inclusive at both ends, whatever the form of the time", async () => {
    const { server, base, events } = await servedRun();
    const [from, to] = [events[5]?.timestamp ?? "", events[9]?.timestamp ?? ""];
    const expected = events.filter(({ timestamp }) => timestamp >= from && timestamp <= to);
    const offset = encodeURIComponent(to.replace("Z", "+00:00"));
    const { json } = await ask(server, `${base}/events?start_timestamp=${from}&end_timestamp=${offset}`);
    expect(json.events).toEqual(expected);
  });

  it("filters by cause", async () => {
    const { server, base, events } = await servedRun();
    const decision = events.find((event) => event.event_type === "DECISION");
    const { json } = await ask(server, `${base}/events?caused_by=${decision?.event_id}`);
    expect(json.events).toEqual(
      events.filter((event) => event.caused_by?.includes(decision?.event_id ?? "")),
    );
    expect(json.total).toBe(2);
  });

  it("is one of several that together hold every event once, by cursor and by offset", async () => {
    const { server, base, events } = await servedRun();
    for (const next of [
      ({ next_cursor }: { next_cursor: string }) => `cursor=${encodeURIComponent(next_cursor)}`,
      (_page: unknown, seen: number) => `offset=${seen}`,
    ]) {
      const seen: Event[] = [];
      let where = "";
      for (;;) {
        const { json } = await ask(server, `${base}/events?limit=7&${where}`);
        expect(json.total).toBe(events.length);
        seen.push(...json.events);
        if (!json.has_more) break;
        where = next(json, seen.length);
      }
      expect(ids(seen)).toEqual(ids(events));
    }
  });

  it("skips what is no event, and counts it", async () => {
    const { outputDir, server, base, events } = await servedRun();
    appendFileSync(join(outputDir, "market-1", "events.jsonl"), '{"event_id":"x"}\nnot json\n');
    const { json, headers } = await ask(server, `${base}/events`);
    expect(json.total).toBe(events.length);
    expect(headers["x-skipped-lines"]).toBe("2");
    for (const path of [
      `/events/${events[3]?.event_id}`,
      `/causality/${events[3]?.event_id}`,
      "/timeline",
      "/stream",
    ]) {
      expect((await ask(server, base + path)).headers["x-skipped-lines"], path).toBe("2");
    }
  });

  it("has the header alone for HEAD", async () => {
    const { server, base, lines } = await servedRun();
    const { status, headers, text } = await ask(server, `${base}/events`, { method: "HEAD" });
    expect([status, text]).toEqual([200, ""]);
    expect(Number(headers["content-length"])).toBeGreaterThan(Buffer.byteLength(lines.join()));
  });
});

describe("one event", () => {
  it("comes in full", async () => {
    const { server, base, lines, events } = await servedRun();
    expect((await ask(server, `${base}/events/${events[4]?.event_id}`)).text).toBe(lines[4]);
  });

  it("has its causes and effects, each with its distance", async () => {
    const { server, base, events } = await servedRun();
    const action = events.find((event) => event.event_type === "ACTION");
    const decision = events.find((event) => event.event_id === action?.caused_by?.[0]);
    const state = events.find(
      (event) => event.event_type === "STATE" && event.caused_by?.includes(action?.event_id ?? ""),
    );
    const { json } = await ask(server, `${base}/causality/${action?.event_id}?depth=2&turn_markers=true`);
    expect(json).toMatchObject({ event_id: action?.event_id, event: action, truncated: false, missing: [] });
    expect(json.upstream[0]).toEqual({ ...decision, depth: 1 });
    expect(json.upstream.map(({ depth }: { depth: number }) => depth)).toEqual([1, 1, 2]);
    expect(json.downstream).toContainEqual({ ...state, depth: 1 });
    const near = await ask(server, `${base}/causality/${action?.event_id}?depth=1&turn_markers=true`);
    expect(near.json.truncated).toBe(true);
    expect(near.json.upstream).toEqual(json.upstream.slice(0, 2));
  });

  it("has no markers of turns among its causes, unless they are asked for", async () => {
    const { server, base, events } = await servedRun();
    const action = events.find((event) => event.event_type === "ACTION");
    const { json } = await ask(server, `${base}/causality/${action?.event_id}?depth=20`);
    const whole = await ask(server, `${base}/causality/${action?.event_id}?depth=20&turn_markers=true`);
    const kinds = (answer: { upstream: { event_type: string }[] }) =>
      answer.upstream.map(({ event_type }) => event_type);
    expect(kinds(json)).toEqual(["DECISION"]);
    expect(kinds(whole.json)).toContain("MILESTONE");
  });
});

describe("the timeline", () => {
  it("counts by turn, kind and agent, under the same filters", async () => {
    const { server, base } = await servedRun();
    const { json } = await ask(server, `${base}/timeline?turn_start=1&event_types=DECISION,ACTION`);
    expect(json).toMatchObject({ by: "turn", total: 12 });
    expect(json.buckets).toHaveLength(3);
    expect(json.buckets[1]).toEqual({
      from: 2,
      to: 2,
      total: 4,
      by_type: { DECISION: 2, ACTION: 2 },
      by_agent: { alice: 2, bob: 2 },
    });
  });

  it("counts by time where asked to", async () => {
    const { server, base, events } = await servedRun();
    const { json } = await ask(server, `${base}/timeline?by=time&buckets=4`);
    expect(json.by).toBe("time");
    expect(json.buckets.length).toBeLessThanOrEqual(4);
    expect(json.buckets.reduce((sum: number, { total }: { total: number }) => sum + total, 0)).toBe(
      events.length,
    );
  });
});
