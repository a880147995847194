import type { Gap } from "@llm-sim/api";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  arrangeRuns,
  DEFAULT_ORDER,
  durationOf,
  RUN_COLUMNS,
  readOrder,
  runNotice,
  runWarnings,
  triedParts,
  whyEnded,
  writeOrder,
} from "./index.ts";
import type { ShownRun } from "./shown-run.ts";

const run = (id: string, fields: Partial<ShownRun> = {}): ShownRun => ({
  id,
  name: "market",
  status: "completed",
  event_count: 10,
  turns: 5,
  dropped: 0,
  bytes: 100,
  segments: 1,
  ...fields,
});

const runs = [
  run("market-2", { start_time: "2026-11-23T07:00:00.000000Z", end_time: "2026-11-23T07:00:02.000000Z" }),
  run("market-10", { start_time: "2026-11-23T08:00:00.000000Z", status: "running", event_count: 99 }),
  run("foreign", { name: "epidemic" }),
];
const now = Date.UTC(2026, 10, 23, 8, 0, 30) * 1000;
const ids = (list: readonly ShownRun[]) => list.map(({ id }) => id);

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

describe("what agents tried", () => {
  const tried = { decisions: 8, failures: 2, actions: 6, refusals: 1 };

  it("is told with the commonest reasons, failures as trouble", () => {
    const failures = [{ agent_id: "Dr. Smith", error_type: "agent_error", reason: "no key", count: 2 }];
    const refusals = [
      { agent_id: "bob", action_type: "buy", error_type: "validation_error", reason: "closed", count: 1 },
    ];
    expect(triedParts(run("a", { tried, failures, refusals }))).toEqual([
      { text: "2 of 10 decisions failed", reasons: "2 × Dr. Smith: no key", isTrouble: true },
      { text: "1 of 6 actions refused", reasons: "1 × bob buy: closed", isTrouble: false },
    ]);
  });

  it("is silent where all of it worked, or nothing is known of it", () => {
    expect(triedParts(run("a", { tried: { ...tried, failures: 0, refusals: 0 } }))).toEqual([]);
    expect(triedParts(run("a"))).toEqual([]);
  });
});

describe("what is told beside a run's name", () => {
  const segment: Gap = { kind: "segment", message: "The segment events_a.jsonl is missing." };
  const recorded: Gap = { kind: "as_recorded", message: "There is no run.json." };
  const unreadable: Gap = { kind: "unreadable", message: "A line of turn 3 cannot be read." };

  it("is nothing of a sound run", () => {
    expect(runNotice(run("a"), [])).toEqual({ title: undefined, warnings: [], isQuiet: true });
  });

  it("is quiet where nothing but a voucher is missing", () => {
    expect(runNotice(run("a"), [recorded])).toEqual({
      title: "As recorded",
      warnings: ["There is no run.json."],
      isQuiet: true,
    });
  });

  it("names holes once, however many reasons there are, and whether it is certain", () => {
    expect(runNotice(run("a"), [recorded, segment])).toEqual({
      title: "Events are missing",
      warnings: ["The segment events_a.jsonl is missing.", "As recorded: There is no run.json."],
      isQuiet: false,
    });
    expect(runNotice(run("a"), [unreadable])).toMatchObject({ title: "Events may be missing" });
  });

  it("does not say twice what both the summary and the gaps know", () => {
    const loss: Gap = { kind: "loss", message: "Events of turn 3 were lost." };
    const unfinished: Gap = { kind: "unfinished", message: "The writer is gone." };
    const broken = run("a", { dropped: 5, skipped_lines: 1, status: "interrupted" });
    expect(runNotice(broken, [loss, unreadable, unfinished]).warnings).toEqual([
      loss.message,
      unfinished.message,
      expect.stringContaining("llm-sim verify a"),
    ]);
    expect(runNotice(broken, []).warnings).toEqual(runWarnings(broken));
  });

  it("keeps its warnings where the rest is as recorded", () => {
    const broken = { summary_problem: "summary.json is damaged" };
    expect(runNotice(run("a", broken), [recorded])).toEqual({
      title: undefined,
      warnings: ["summary.json is damaged.", "As recorded: There is no run.json."],
      isQuiet: false,
    });
  });
});

describe("a run that was interrupted", () => {
  it("warns of what may be missing only where nobody closed it: one that says why it ended lost nothing", () => {
    const told = { status: "interrupted", ended_by: "signal" } as const;
    expect(runWarnings(run("a", told))).toEqual([]);
    const said = { status: "interrupted", end_reason: "enough", end_event_id: "01J" } as const;
    expect(runWarnings(run("a", said))).toEqual([]);
    expect(runNotice(run("a", told), [])).toEqual({ title: undefined, warnings: [], isQuiet: true });
    expect(runWarnings(run("a", { status: "interrupted" }))).toEqual([expect.stringContaining("100 ms")]);
  });

  it.each([
    ["running", undefined, undefined, undefined],
    ["completed", "turns", "Ended after turn 12", undefined],
    ["completed", undefined, undefined, undefined],
    [
      "completed",
      "engine",
      "Stopped in turn 12: the stock has collapsed",
      "Stopped in turn 12: the stock has collapsed.",
    ],
    ["completed", "condition", undefined, "A condition that it was watched for became true, in turn 12."],
    ["failed", "error", "Failed in turn 3: no more sea", "Failed in turn 3: no more sea."],
    ["completed", undefined, "Simulation completed", undefined],
    ["completed", undefined, "Simulation ended", undefined],
    ["completed", undefined, "ended", undefined],
    ["completed", undefined, "Ended by the referee", "Ended by the referee."],
    ["failed", undefined, "Simulation failed", "It failed in turn 12; nothing says why."],
    ["interrupted", undefined, "Simulation interrupted", "Simulation interrupted."],
    ["failed", undefined, undefined, "It failed in turn 12; nothing says why."],
    ["interrupted", "signal", "Interrupted in turn 12 (SIGINT)", "Interrupted in turn 12 (SIGINT)."],
    ["interrupted", "budget", undefined, "Its budget was spent, in turn 12."],
  ] as const)("%s, ended by %s, %s: says why it ended", (status, ended_by, end_reason, why) => {
    expect(whyEnded(run("a", { status, ended_by, end_reason, turns: 12 }))).toBe(why);
  });

  it("and one whose summary cannot be used names the problem", () => {
    expect(runWarnings(run("a", { summary_problem: "summary.json is damaged" }))).toEqual([
      "summary.json is damaged.",
    ]);
  });
});
