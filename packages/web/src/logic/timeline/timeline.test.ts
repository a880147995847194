import { EVENT_TYPES } from "@llm-sim/events/schema";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fakeApi } from "../../testing/fake-api.ts";
import { fakeRun } from "../../testing/fake-run.ts";
import { createApiClient } from "../api/index.ts";
import {
  activityOf,
  arcsOf,
  countWithin,
  createTimelineSource,
  densityOf,
  foldedAgents,
  follow,
  gridOver,
  KIND_COUNT,
  laneRows,
  lanesOf,
  length,
  markAt,
  marksOf,
  pan,
  peakOf,
  positionOf,
  type Range,
  SHORTEST,
  type TimelineSource,
  timeTicks,
  toPixel,
  toPosition,
  turnTicks,
  zoom,
} from "./index.ts";

const domain: Range = { from: 0, to: 400 };
const range = fc
  .tuple(
    fc.double({ min: 0, max: 399, noNaN: true }),
    fc.double({ min: SHORTEST.turn, max: 400, noNaN: true }),
  )
  .map(([from, size]) => ({ from, to: Math.min(400, from + size) }))
  .filter((one) => length(one) >= SHORTEST.turn);

describe("the part of the axis on screen", () => {
  it("never leaves the run, however it is moved", () => {
    fc.assert(
      fc.property(
        range,
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        fc.double({ min: -900, max: 900, noNaN: true }),
        (start, factor, by) => {
          for (const moved of [
            zoom(start, domain, factor, (start.from + start.to) / 2, SHORTEST.turn),
            pan(start, domain, by),
            follow(start, domain, by + 300),
          ]) {
            expect(moved.from).toBeGreaterThanOrEqual(domain.from - 1e-9);
            expect(moved.to).toBeLessThanOrEqual(domain.to + 1e-9);
            expect(length(moved)).toBeGreaterThanOrEqual(SHORTEST.turn - 1e-9);
          }
        },
      ),
    );
  });

  it("keeps under the pointer what is under it while zooming", () => {
    const start = { from: 100, to: 200 };
    const anchor = toPosition(start, 1000, 250);
    const near = zoom(start, domain, 0.5, anchor, SHORTEST.turn);
    expect(toPixel(near, 1000, anchor)).toBeCloseTo(250, 9);
  });

  it("follows a position that leaves it, and stays while it is in sight", () => {
    const start = { from: 100, to: 200 };
    expect(follow(start, domain, 150)).toBe(start);
    expect(follow(start, domain, 250)).toEqual({ from: 160, to: 260 });
  });
});

describe("ticks", () => {
  it("stand at whole turns, some 80 pixels apart at least", () => {
    fc.assert(
      fc.property(range, (one) => {
        const ticks = turnTicks(one, 1200);
        expect(ticks.every(({ position }) => Number.isInteger(position))).toBe(true);
        for (const [at, tick] of ticks.entries()) {
          const next = ticks[at + 1];
          if (next)
            expect(
              toPixel(one, 1200, next.position) - toPixel(one, 1200, tick.position),
            ).toBeGreaterThanOrEqual(79);
        }
      }),
    );
  });

  it("name moments as finely as they are apart", () => {
    const start = Date.UTC(2026, 10, 23, 7, 15) * 1000;
    expect(timeTicks({ from: start, to: start + 3600e6 }, 1200)[1]?.label).toBe("07:30");
    expect(timeTicks({ from: start, to: start + 20e6 }, 1200)[1]?.label).toBe("07:15:02");
    expect(timeTicks({ from: start, to: start + 2000 }, 1200)[1]?.label).toBe("15:00.000200");
  });

  it("are few, and each another than the one before, however large the numbers", () => {
    const far = fc.integer({ min: 0, max: 260_000 }).map((power) => 10 ** (power / 14_000));
    fc.assert(
      fc.property(far, fc.double({ min: 0.001, max: 1e6, noNaN: true }), (from, long) => {
        for (const ticksOf of [turnTicks, timeTicks]) {
          const at = ticksOf({ from, to: from + long }, 1200).map(({ position }) => position);
          expect(at.length).toBeLessThan(60);
          expect(new Set(at).size).toBe(at.length);
        }
      }),
    );
  });
});

const run = fakeRun({ turns: 90 });
const count = (test: (event: (typeof run)[number]) => boolean) => run.filter(test).length;
const api = createApiClient({
  baseUrl: "",
  fetch: fakeApi({ run }).fetch,
  token: () => undefined,
  onReachable: () => {},
});

describe("density", () => {
  it("stands where its buckets do: turns as they are, moments in microseconds", () => {
    expect(positionOf(7)).toBe(7);
    expect(positionOf("2026-11-23T07:15:00.000001Z")).toBe(Date.UTC(2026, 10, 23, 7, 15) * 1000 + 1);
  });

  it("counts every event once, in its kind and its lane, whatever the buckets of the answers", async () => {
    const answers = await Promise.all(
      EVENT_TYPES.map((kind, at) =>
        api.timeline({ id: "run", event_types: [kind], buckets: 7 + at * 5, by: "turn" }),
      ),
    );
    const density = densityOf(answers, gridOver(0, 91, 40));
    const sum = (counts: Iterable<number>) => [...counts].reduce((all, one) => all + one, 0);
    expect(density.total).toBe(run.length);
    expect(sum(density.kinds)).toBeCloseTo(run.length, 2);
    for (const [at, kind] of EVENT_TYPES.entries())
      expect(sum(density.kinds.filter((_, index) => index % KIND_COUNT === at))).toBeCloseTo(
        count((event) => event.event_type === kind),
        2,
      );
    expect(sum([...density.lanes.values()].flatMap((lane) => [...lane]))).toBeCloseTo(run.length, 2);
    expect(activityOf(density).get("bob")).toBeCloseTo(
      count((event) => event.agent_id === "bob"),
      2,
    );
    expect(sum(density.lanes.get("system") ?? [])).toBeCloseTo(
      count((event) => event.event_type === "SYSTEM"),
      2,
    );
    expect(sum(foldedAgents(density))).toBeCloseTo(
      count((event) => event.agent_id !== undefined),
      2,
    );
    expect(countWithin(density, 0, 1000)).toBeCloseTo(run.length, 2);
    expect(peakOf(density.kinds)).toBeGreaterThan(10);
  });
});

describe("lanes", () => {
  const activity = new Map([
    ["b10", 5],
    ["b2", 9],
    ["a1", 1],
  ]);
  const ids = (...parameters: Parameters<typeof lanesOf>) => lanesOf(...parameters).map(({ label }) => label);

  it("are the world, the system, and the agents by name or by activity", () => {
    expect(ids(activity, "name", false)).toEqual(["World", "System", "a1", "b2", "b10"]);
    expect(ids(activity, "activity", false)).toEqual(["World", "System", "b2", "b10", "a1"]);
  });

  it("fold into one that takes every agent's events", () => {
    expect(ids(activity, "name", true)).toEqual(["World", "System", "All 3 agents"]);
    const rowOf = laneRows(lanesOf(activity, "name", true));
    expect([rowOf("agent:b2"), rowOf("world")]).toEqual([2, 0]);
  });
});

describe("marks", () => {
  const turn = run.filter((event) => event.turn_number === 5);
  const marks = marksOf(turn, "turn");

  it("stand in their turn in order, causes left of effects", () => {
    const positions = new Map(marks.map((mark) => [mark.id, mark.position]));
    for (const event of turn) {
      const at = positions.get(event.event_id) ?? 0;
      expect(Math.floor(at)).toBe(5);
      for (const cause of event.caused_by ?? []) expect(positions.get(cause) ?? 0).toBeLessThan(at);
    }
  });

  it("are found under the pointer, in their own lane only", () => {
    const lanes = lanesOf(
      new Map([
        ["alice", 1],
        ["bob", 1],
      ]),
      "name",
      false,
    );
    const rowOf = laneRows(lanes);
    const mark = marks.find(({ lane }) => lane === "agent:bob");
    const x = toPixel({ from: 5, to: 6 }, 1000, mark?.position ?? 0);
    expect(markAt(marks, rowOf, { from: 5, to: 6 }, 1000, { x: x + 2, row: 3 })?.id).toBe(mark?.id);
    expect(markAt(marks, rowOf, { from: 5, to: 6 }, 1000, { x, row: 2 })?.id).not.toBe(mark?.id);
    expect(markAt(marks, rowOf, { from: 5, to: 6 }, 1000, { x: x + 400, row: 1 })).toBeUndefined();
  });

  it("are the ends of arcs; where an end is not drawn, the middle of its turn is", () => {
    const event = turn.find((one) => one.event_type === "DECISION");
    const [cause] = event?.caused_by ?? [];
    const before = run.find((one) => one.event_id === cause);
    if (!event || !before) throw new Error("the fake run lacks a decision");
    const causality = {
      event_id: event.event_id,
      event,
      upstream: [
        { ...before, depth: 1 },
        { ...before, depth: 2 },
      ],
      downstream: [],
      missing: [],
      truncated: false,
      complete: true,
      gaps: [],
    };
    const [arc, ...more] = arcsOf(causality, new Map(marks.map((mark) => [mark.id, mark])), "turn");
    expect(more).toEqual([]);
    expect(arc).toMatchObject({
      role: "cause",
      from: { id: cause },
      to: { id: event.event_id, lane: `agent:${event.event_type === "DECISION" ? event.agent_id : ""}` },
    });
    const [undrawn] = arcsOf(causality, new Map(), "turn");
    expect(undrawn?.from.position).toBeLessThan(undrawn?.to.position ?? 0);
    expect(Math.floor(undrawn?.from.position ?? 0)).toBe(before.turn_number);
  });
});

describe("the source of the timeline", () => {
  async function until(source: TimelineSource, done: () => boolean) {
    for (let tries = 0; !done() && tries < 100; tries++)
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(done()).toBe(true);
    return source;
  }
  const make = (criteria = {}) =>
    createTimelineSource(api, { run: "run", criteria, axis: "turn", domain: { from: 0, to: 91 }, agents: 4 });

  it("gives density far out and, near by, a mark for each event", async () => {
    const source = make();
    const far = { from: 0, to: 91 };
    const near = { from: 10, to: 14 };
    await until(source, () => source.overview !== undefined);
    source.want(far, 1000);
    expect(source.view(far, 1000).byEvent).toBe(false);
    source.want(near, 1000);
    await until(source, () => source.view(near, 1000).byEvent);
    const ids = new Set(source.view(near, 1000).marks.map(({ id }) => id));
    for (const event of run.filter((one) => one.turn_number >= 10 && one.turn_number < 14))
      expect(ids.has(event.event_id)).toBe(true);
    source.close();
  });

  it("keeps to the filter, in both", async () => {
    const source = make({ event_types: ["ACTION"], turn_end: 12 });
    await until(source, () => source.overview !== undefined);
    expect(source.overview?.total).toBe(
      count((event) => event.event_type === "ACTION" && event.turn_number <= 12),
    );
    const near = { from: 10, to: 14 };
    source.want(near, 1000);
    await until(source, () => source.view(near, 1000).byEvent);
    expect(source.view(near, 1000).marks.every((mark) => mark.kind === "ACTION" && mark.turn <= 12)).toBe(
      true,
    );
    source.close();
  });
});
