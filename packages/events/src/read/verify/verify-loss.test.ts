import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RunManifest } from "../../run/index.ts";
import type { JsonObject } from "../../schema/index.ts";
import {
  BuiltLog,
  livingLock,
  manifestOf,
  RUN,
  runDirectory,
  textOf,
  timestampOf,
} from "../built-run.test.fixture.ts";
import type { VerifyReport } from "./report.ts";
import { verifyRun } from "./verify-run.ts";

const ACTIVE = "events.jsonl";

interface LossyRun {
  /** Which of the events the writer dropped. */
  dropped?: number[];
  manifest?: Partial<RunManifest>;
  files?: Record<string, string>;
  tail?: string;
  counts?: Partial<RunManifest["counts"]>;
  maxViolations?: number;
}

/**
 * Four turns, in each of which wealth grows by one. Turn 2 ends with a SYSTEM warning, where one is given; where events
 * before it are dropped, that is when the log gets to tell of it.
 */
function eventsWith(warning: JsonObject | undefined): JsonObject[] {
  const log = new BuiltLog();
  log.milestone("simulation_start"); // 0
  log.state("alice", "wealth", null, 0, { change: "added" }); // 1
  for (let turn = 1; turn <= 4; turn++) {
    log.startTurn(turn); // 2, 6, 11, 15
    log.state("alice", "wealth", turn - 1, turn); // 3, 7, 12, 16
    log.state("alice", "wealth", turn, turn); // 4, 8, 13, 17
    log.endTurn(); // 5, 9, 14, 18
    if (turn === 2)
      log.add({ event_type: "SYSTEM", status: "warning", ...(warning ?? { error_type: "other" }) }); // 10
  }
  log.milestone("simulation_end"); // 19
  return log.events;
}

async function verify(warning: JsonObject | undefined, run: LossyRun = {}): Promise<VerifyReport> {
  const dropped = run.dropped ?? [];
  const events = eventsWith(warning).filter((_, index) => !dropped.includes(index));
  const manifest = { ...manifestOf({ [ACTIVE]: events }), ...run.manifest };
  manifest.counts = { ...manifest.counts, emitted: 20, dropped: dropped.length, ...run.counts };
  const directory = runDirectory({
    [ACTIVE]: textOf(events) + (run.tail ?? ""),
    "run.json": JSON.stringify(manifest),
    ...run.files,
  });
  return verifyRun(directory, { maxViolations: run.maxViolations ?? 100 });
}

const droppedWarning = (count: number, from: number, to: number): JsonObject => ({
  error_type: "events_dropped",
  description: `${count} events were dropped`,
  details: {
    dropped: count,
    counts: { STATE: count },
    first_timestamp: timestampOf(from),
    last_timestamp: timestampOf(to),
    turn_start: 2,
    turn_end: 2,
  },
});

const rules = (report: VerifyReport): [string, number][] =>
  report.violations.map(({ rule, line }) => [rule, line]);

describe("a loss that the log tells of", () => {
  it("is reported with its range, and excuses what it makes unprovable, before the warning and after", async () => {
    // The write before the turn's end, whose hash does not fit therefore, and the warning comes after that.
    const report = await verify(droppedWarning(2, 7, 8), { dropped: [7, 8] });
    expect(report).toMatchObject({
      result: "loss",
      violation_count: 0,
      losses: [
        {
          error_type: "events_dropped",
          file: ACTIVE,
          line: 9,
          event_id: expect.stringMatching(/0010$/),
          message: "2 events were dropped",
          details: { dropped: 2, first_timestamp: timestampOf(7) },
        },
      ],
      unproven: ["state-continuity", "state-change", "state-hash", "turns", "run-end"],
    });
  });

  it("excuses what is only counted, too", async () => {
    const lossy = { dropped: [7, 8], maxViolations: 0 };
    expect(await verify(droppedWarning(2, 7, 8), lossy)).toMatchObject({
      result: "loss",
      violation_count: 0,
    });
    expect(await verify(droppedWarning(2, 9, 9), lossy)).toMatchObject({ result: "loss" });
    expect(await verify(undefined, lossy)).toMatchObject({
      result: "violation",
      violation_count: 2,
      violations: [],
    });
  });

  it("excuses turns that do not close", async () => {
    expect(await verify(droppedWarning(3, 7, 9), { dropped: [7, 8, 9] })).toMatchObject({ result: "loss" });
    expect(await verify(droppedWarning(1, 5, 5), { dropped: [5] })).toMatchObject({
      result: "loss",
    });
  });

  it("excuses nothing before its range", async () => {
    const report = await verify(droppedWarning(1, 7, 8), { dropped: [4, 3, 8], counts: { dropped: 3 } });
    expect(report.result).toBe("violation");
    expect(rules(report)).toEqual([["state-hash", 4]]);
  });

  it("excuses nothing once a hash has proven the state again", async () => {
    const report = await verify(droppedWarning(1, 8, 8), { dropped: [8, 16, 17], counts: { dropped: 3 } });
    expect(rules(report)).toEqual([["state-hash", 16]]);
  });

  it("never excuses a cause that is missing", async () => {
    const report = await verify({ ...droppedWarning(1, 6, 6) }, { dropped: [6] });
    expect(report.result).toBe("violation");
    expect(new Set(rules(report).map(([rule]) => rule))).toEqual(new Set(["cause-exists"]));
  });

  it("that tells of more than run.json counts is a violation", async () => {
    const report = await verify(droppedWarning(5, 7, 8), { dropped: [7, 8] });
    expect(rules(report)).toEqual([["counts", 0]]);
  });

  it("is none where a warning only looks like one", async () => {
    expect(await verify({ error_type: "other" })).toMatchObject({ result: "ok", losses: [] });
  });
});

describe("a loss that the log does not tell of", () => {
  it("is a violation where the log shows it", async () => {
    const report = await verify(undefined, { dropped: [7, 8] });
    expect(report).toMatchObject({ result: "violation" });
    expect(rules(report)).toEqual([
      ["state-hash", 8],
      ["state-continuity", 11],
    ]);
  });

  it("is a loss where run.json counts it, because the disk failed for good", async () => {
    expect(await verify(undefined, { counts: { emitted: 23, dropped: 3 } })).toMatchObject({
      result: "loss",
      losses: [{ error_type: "events_dropped", file: "run.json", details: { dropped: 3 } }],
    });
  });
});

describe("a session that was lost", () => {
  const warning = {
    error_type: "session_lost",
    description: "The session before ended without closing the run",
  };

  it("is a loss, of which the counts before it are unknown", async () => {
    expect(await verify(warning, { dropped: [8, 9], counts: { emitted: 18, dropped: 0 } })).toMatchObject({
      result: "loss",
      violation_count: 0,
      losses: [{ error_type: "session_lost", line: 9 }],
      unproven: expect.arrayContaining(["counts", "state-continuity"]),
    });
  });

  it("excuses nothing that came before it", async () => {
    const report = await verify(warning, { dropped: [4, 3], counts: { emitted: 18, dropped: 0 } });
    expect(rules(report)).toEqual([
      ["state-hash", 4],
      ["state-continuity", 6],
    ]);
  });
});

describe("a run whose writer was killed", () => {
  const running = { status: "running" as const };

  it("is a loss, torn line and open turn included, whatever its counts were last", async () => {
    const report = await verify(undefined, {
      dropped: [18, 19],
      manifest: running,
      counts: { emitted: 10, written: 4, pending: 6, dropped: 0 },
      tail: '{"event_id":"01K',
    });
    expect(report).toMatchObject({
      result: "loss",
      violation_count: 0,
      events: 18,
      losses: [
        { error_type: "session_lost", file: ACTIVE, line: 19, message: expect.stringContaining("repair") },
      ],
      unproven: expect.arrayContaining(["counts"]),
    });
    expect(report.losses[0]).not.toHaveProperty("event_id");
  });

  it("is held to everything else", async () => {
    expect(
      rules(await verify(undefined, { dropped: [7, 8], manifest: running, counts: { emitted: 20 } })),
    ).toEqual([
      ["state-hash", 8],
      ["state-continuity", 11],
    ]);
  });
});

describe("a run that is being written", () => {
  it("is verified as far as its last complete line, without what holds at the end only", async () => {
    const report = await verify(undefined, {
      dropped: [18, 19],
      manifest: { status: "running" },
      counts: { emitted: 10, written: 4, pending: 6, dropped: 0 },
      tail: '{"event_id":"01K',
      files: { "writer.lock": livingLock() },
    });
    expect(report).toMatchObject({ result: "ok", being_written: true, events: 18, losses: [] });
  });

  it("is held to the rest", async () => {
    const report = await verify(undefined, {
      dropped: [7, 8],
      manifest: { status: "running" },
      counts: { emitted: 21, dropped: 2, pending: 3 },
      files: { "writer.lock": livingLock() },
    });
    expect(rules(report)).toEqual([
      ["counts", 0],
      ["state-hash", 8],
      ["state-continuity", 11],
    ]);
  });
});

describe("a run of the Python llm-sim", () => {
  const folder = join(import.meta.dirname, "../fixtures/python-dialect");

  it.each([
    ["py-early-20251005-101500-3agents", 58],
    ["py-late-20251005-101500-3agents", 59],
    ["py-rotated-20251005-101500-3agents", 61],
  ])("%s is ok", async (run, events) => {
    const report = await verifyRun(join(folder, run));
    expect(report).toMatchObject({
      result: "ok",
      dialect: "python",
      events,
      violation_count: 0,
      unproven: [],
    });
  });

  const line = (id: string, fields: JsonObject = {}): string =>
    `${JSON.stringify({
      event_id: `01K6SXW550DD3F6J9Q0W00DS0${id}`,
      timestamp: "2025-10-05T10:15:00+00:00",
      turn_number: 3,
      event_type: "MILESTONE",
      simulation_id: "elsewhere",
      agent_id: null,
      details: { milestone_type: "turn_start" },
      ...fields,
    })}\n`;
  const verifyLines = (...lines: string[]): Promise<VerifyReport> =>
    verifyRun(runDirectory({ [ACTIVE]: lines.join("") }, RUN));

  it("may have its ids in any order, and causes wherever in the log", async () => {
    const report = await verifyLines(
      line("2", { caused_by: ["01K6SXW550DD3F6J9Q0W00DS03"] }),
      line("1", { caused_by: ["01K6SXW550DD3F6J9Q0W00DS02"], turn_number: 1 }),
      line("3").trimEnd(),
    );
    expect(report).toMatchObject({ result: "ok", dialect: "python" });
  });

  it("is not waited for without end: past 100,000 causes that have not come yet, each is missing", async () => {
    const causeOf = (index: number): string => `01K6SXW551${String(index).padStart(16, "0")}`;
    const lines: string[] = [];
    for (let index = 0; index < 100_001; index += 3) {
      const caused_by = [causeOf(index), causeOf(index + 1), causeOf(index + 2)].slice(0, 100_001 - index);
      lines.push(line("0", { event_id: `01K6SXW550${String(index).padStart(16, "0")}`, caused_by }));
    }
    const report = await verifyLines(...lines);
    expect(report).toMatchObject({ result: "violation", violation_count: 100_001 });
    expect(rules(report).slice(0, 2)).toEqual([
      ["cause-exists", 33_334],
      ["cause-exists", 1],
    ]);
  });

  it("is held to its schema, unique ids and causes that exist", async () => {
    const report = await verifyLines(
      line("1", { caused_by: ["01K6SXW550DD3F6J9Q0W00DS09"] }),
      line("2"),
      line("1"),
      line("3", { details: null }),
      "garbage",
    );
    expect(rules(report)).toEqual([
      ["id-unique", 3],
      ["schema", 4],
      ["line", 5],
      ["cause-exists", 1],
    ]);
  });
});

describe("a loss with a file of which run.json alone tells", () => {
  const lossOf = (from: number, to: number) => {
    const range = { first_timestamp: timestampOf(from), last_timestamp: timestampOf(to) };
    const one = { dropped: to - from + 1, counts: {}, ...range, turn_start: 0, turn_end: 2 };
    return { ...one, path: ACTIVE, reason: "it was deleted" };
  };
  const lost = (from: number, to: number): LossyRun => {
    const loss = lossOf(from, to);
    return { manifest: { loss: { ...loss, told: 0, untold: [{ ...loss, were_written: loss.dropped }] } } };
  };
  const range = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);

  it.each([
    ["in the middle", 4, 8],
    ["from the start on", 0, 8],
  ])("is a loss, and what rests on it no violation: %s", async (_what, from, to) => {
    const report = await verify(undefined, { dropped: range(from, to), ...lost(from, to) });
    expect(report).toMatchObject({ result: "loss", violations: [] });
    expect(report.losses).toMatchObject([
      { error_type: "events_dropped", file: "run.json", details: { dropped: to - from + 1 } },
    ]);
  });

  it("excuses nothing that is missing beside it", async () => {
    const dropped = [...range(4, 8), 11];
    const { result, violations } = await verify(undefined, { dropped, ...lost(4, 8) });
    expect(result).toBe("violation");
    expect(violations.map(({ rule }) => rule)).toContain("cause-exists");
  });

  it("is one loss where the log tells of it by now", async () => {
    const warning = { error_type: "events_dropped", details: { ...lossOf(4, 8), were_written: 5 } };
    const report = await verify(warning, { dropped: range(4, 8), ...lost(4, 8) });
    expect(report).toMatchObject({ result: "loss", violations: [], losses: [{ file: ACTIVE }] });
  });
});

it("a log that lost its run.json still tells of what went with another file", async () => {
  const details = {
    dropped: 5,
    were_written: 5,
    first_timestamp: timestampOf(4),
    last_timestamp: timestampOf(8),
  };
  const events = eventsWith({ error_type: "events_dropped", details }).filter(
    (_, index) => index < 4 || index > 8,
  );
  const report = await verifyRun(runDirectory({ [ACTIVE]: textOf(events) }));
  expect(report).toMatchObject({ has_manifest: false, result: "loss", violations: [] });
});
