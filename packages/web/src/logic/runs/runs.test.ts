import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RunSummary } from "../api/index.ts";
import {
  arrangeRuns,
  DEFAULT_ORDER,
  durationOf,
  RUN_COLUMNS,
  readOrder,
  runWarnings,
  writeOrder,
} from "./index.ts";

const run = (id: string, fields: Partial<RunSummary> = {}): RunSummary => ({
  id,
  name: "market",
  status: "completed",
  event_count: 10,
  turns: 5,
  dropped: 0,
  bytes: 100,
  ...fields,
});

const runs = [
  run("market-2", { start_time: "2026-11-23T07:00:00.000000Z", end_time: "2026-11-23T07:00:02.000000Z" }),
  run("market-10", { start_time: "2026-11-23T08:00:00.000000Z", status: "running", event_count: 99 }),
  run("foreign", { name: "epidemic" }),
];
const now = Date.UTC(2026, 10, 23, 8, 0, 30) * 1000;
const ids = (list: readonly RunSummary[]) => list.map(({ id }) => id);

describe("the list of runs", () => {
  it("has the newest first and what has no start at the end, either way round", () => {
    expect(ids(arrangeRuns(runs, "", DEFAULT_ORDER, now))).toEqual(["market-10", "market-2", "foreign"]);
    expect(ids(arrangeRuns(runs, "", { column: "start", descending: false }, now))).toEqual([
      "market-2",
      "market-10",
      "foreign",
    ]);
  });

  it("is searched by id, name and status, every word of it", () => {
    expect(ids(arrangeRuns(runs, "MARKET run", DEFAULT_ORDER, now))).toEqual(["market-10"]);
    expect(ids(arrangeRuns(runs, "epi", DEFAULT_ORDER, now))).toEqual(["foreign"]);
  });

  it("keeps every run whatever the order", () => {
    fc.assert(
      fc.property(fc.constantFrom(...RUN_COLUMNS), fc.boolean(), (column, descending) => {
        expect(ids(arrangeRuns(runs, "", { column, descending }, now)).toSorted()).toEqual(
          ids(runs).toSorted(),
        );
        expect(readOrder(writeOrder({ column, descending }))).toEqual({ column, descending });
      }),
    );
  });

  it("lets a running one's time go on", () => {
    expect(runs.map((one) => durationOf(one, now))).toEqual([2e6, 30e6, undefined]);
  });

  it("explains what is missing", () => {
    expect(runWarnings(run("a"))).toEqual([]);
    expect(runWarnings(run("a b", { status: "interrupted", unreadable: "its name is no id" }))).toEqual([
      "This run cannot be asked: its name is no id.",
    ]);
    expect(runWarnings(run("a", { dropped: 1200, skipped_lines: 1, status: "interrupted" }))).toEqual([
      expect.stringContaining("1,200 events could not be written and are missing"),
      expect.stringContaining('1 line of the log is no valid event and left out here. "llm-sim verify a"'),
      expect.stringContaining("without closing"),
    ]);
  });
});
