import type { RunSummary } from "@llm-sim/api";
import type { JsonValue } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import { groupRuns } from "./index.ts";

const run = (id: string, batch?: string, fields: Partial<RunSummary> = {}): RunSummary => ({
  id,
  name: "market",
  status: "completed",
  event_count: 10,
  turns: 5,
  dropped: 0,
  bytes: 100,
  segments: 1,
  ...(batch !== undefined && { batch: { id: batch, name: batch, settings: {} } }),
  ...fields,
});
const swept = (id: string, settings: Record<string, JsonValue>, fields: Partial<RunSummary> = {}) =>
  run(id, "sweep", { batch: { id: "sweep", name: "sweep", settings }, ...fields });
const names = (lines: ReturnType<typeof groupRuns>) =>
  lines.map(
    ({ run: one, group }) => one?.id ?? `${group?.batch}(${group?.runs.map(({ id }) => id).join(" ")})`,
  );

describe("the list grouped by batch", () => {
  it("has a batch where the first of its runs stands, and its runs in the list's order", () => {
    const all = [run("c"), run("s2", "sweep"), run("a"), run("s1", "sweep")];
    expect(names(groupRuns(all, all))).toEqual(["c", "sweep(s2 s1)", "a"]);
  });

  it("makes no group of one run, nor of runs by themselves", () => {
    const all = [run("a"), run("b", "lone"), run("c")];
    expect(names(groupRuns(all, all))).toEqual(["a", "b", "c"]);
  });

  it("keeps a batch together of which only one run is shown, and knows how many there are", () => {
    const all = [run("s1", "sweep"), run("s2", "sweep"), run("s3", "sweep")];
    const [line] = groupRuns(all.slice(1, 2), all);
    expect(line?.group).toMatchObject({ runs: [{ id: "s2" }], total: 3 });
  });

  it("tells apart batches that have the name of something else", () => {
    const all = ["constructor", "__proto__"].flatMap((id) => [run(`${id}-1`, id), run(`${id}-2`, id)]);
    expect(groupRuns(all, all).map(({ group }) => group?.batch)).toEqual(["constructor", "__proto__"]);
  });

  it("adds up what its runs are: statuses, when, how long, and which settings vary", () => {
    const all = [
      swept(
        "s1",
        { "a.rate": 0.5, "a.mode": "fast", fixed: 1 },
        {
          start_time: "2026-11-23T07:00:00.000000Z",
          end_time: "2026-11-23T07:00:05.000000Z",
          turns: 3,
        },
      ),
      swept(
        "s2",
        { "a.rate": 0.25, "a.mode": "slow", fixed: 1 },
        {
          start_time: "2026-11-23T07:00:02.000000Z",
          end_time: "2026-11-23T07:00:03.000000Z",
          status: "failed",
          turns: 9,
        },
      ),
    ];
    expect(groupRuns(all, all)[0]?.group).toMatchObject({
      statuses: { completed: 1, failed: 1 },
      start: Date.UTC(2026, 10, 23, 7, 0, 0) * 1000,
      end: Date.UTC(2026, 10, 23, 7, 0, 5) * 1000,
      turns: [3, 9],
      events: 20,
      varying: [
        { path: "a.rate", values: [0.25, 0.5] },
        { path: "a.mode", values: ["fast", "slow"] },
      ],
    });
  });

  it("has no end while one of them runs", () => {
    const all = [
      swept("s1", {}, { end_time: "2026-11-23T07:00:05.000000Z" }),
      swept("s2", {}, { status: "running" }),
    ];
    expect(groupRuns(all, all)[0]?.group?.end).toBeUndefined();
  });
});
