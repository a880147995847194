import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { closedSegmentName, type RecordedCauses } from "../../run/index.ts";
import type { JsonObject } from "../../schema/index.ts";
import { TapeWriter } from "../../tape/index.ts";
import { idOf, RUN, timeOf, timestampOf } from "../built-run.test.fixture.ts";
import { VERIFY_RULES, type VerifyRule } from "./index.ts";
import {
  ACTIVE,
  append,
  change,
  cleanHash,
  closed,
  countsWith,
  entryWith,
  FIRST,
  type Files,
  manifestWith,
  recut,
  run,
  SECOND,
  START,
  without,
  withoutState,
} from "./segmented-run.test.fixture.ts";
import { verifyRun } from "./verify-run.ts";

/** A tape of one attempt: its first line, a message and the attempt. */
function tapeWith(alter: (lines: string[]) => string[]) {
  const lines = new TapeWriter({ simulationId: RUN, texts: true }).linesOf({
    coordinate: {
      actor: { type: "agent", agent_id: "alice" },
      turn: 1,
      purpose: "decide",
      ordinal: 0,
      attempt: 1,
    },
    model: "m",
    sampling: {},
    messages: [{ role: "user", content: "Buy?" }],
    outcome: "response",
    text: "yes",
    latency_ms: 1,
  });
  return (files: Files): void => {
    files["tape.jsonl"] = alter(lines).join("");
  };
}

/** What `run.json` says of the causes that a simulation notes. */
const SIMULATIONS: RecordedCauses = { version: 2, by: "simulation" };

describe("a run with a tape", () => {
  it("is right where its events name attempts on it, or there is no tape", async () => {
    const events = change(6, { details: { call: "agent alice/1/decide/0#1" } });
    expect(await verifyRun(run({ events, files: tapeWith((lines) => lines) }))).toMatchObject({
      result: "ok",
    });
    expect(await verifyRun(run({ events }))).toMatchObject({ result: "ok" });
    const off = manifestWith({ config: { llm: { model: "m", tape: "off" } } });
    expect(await verifyRun(run({ events, manifest: off }))).toMatchObject({ result: "ok" });
  });

  it("may hold answers that no event names, and end in a torn line, where its writer was killed", async () => {
    const files = tapeWith((lines) => [...lines, '{"line":"att']);
    const report = await verifyRun(run({ files, manifest: manifestWith({ status: "running" }) }));
    expect(report.violations).toEqual([]);
  });

  it("may hold answers that no event names where the log does not have to hold each", async () => {
    const files = tapeWith((lines) => lines);
    const simulated = manifestWith({ causes: SIMULATIONS });
    const named = change(6, { details: { call: "agent alice/1/decide/0#1" } });
    const resumed = change(8, { event_type: "SYSTEM", status: "warning", error_type: "resumed" });
    for (const changes of [
      { manifest: simulated, events: named },
      { manifest: simulated, events: resumed },
      { manifest: manifestWith({ causes: { version: 2, by: "emitter" } }) },
      { manifest: manifestWith({ causes: SIMULATIONS, status: "interrupted" }) },
    ]) {
      const { violations } = await verifyRun(run({ files, ...changes }));
      expect(violations.filter(({ rule }) => rule === "tape-event")).toEqual([]);
    }
    const brokenOff = tapeWith((lines) =>
      lines.map((line) =>
        line.replace('"outcome":"response"', '"outcome":"aborted","broken_off_by":"signal"'),
      ),
    );
    expect((await verifyRun(run({ files: brokenOff, manifest: simulated }))).violations).toEqual([]);
  });

  it("cannot be verified where the tape is of a later format", async () => {
    const files = tapeWith((lines) =>
      lines.map((line) => line.replace('"format_version":1', '"format_version":2')),
    );
    await expect(verifyRun(run({ files }))).rejects.toThrow(/tape\.jsonl is of format version 2/);
  });
});

const turnEndWith = (details: JsonObject) => change(12, { details });

describe("a refusal in a log coarser than ACTION", () => {
  const refusalsIn = async (format: JsonObject) => {
    const manifest = manifestWith({ verbosity: "DECISION", ...format });
    const report = await verifyRun(run({ manifest, events: withoutState, segments: recut }));
    return report.violations.filter(
      ({ rule, message }) => rule === "verbosity" && message.includes("SYSTEM"),
    );
  };

  it("is a violation, as of any event that is too fine", async () => {
    expect(await refusalsIn({ format_version: 2 })).toHaveLength(1);
  });

  it("is none in a run of version 1, which recorded them at every level", async () => {
    expect(await refusalsIn({})).toEqual([]);
  });
});

describe("each rule is held to", () => {
  const cases: [
    VerifyRule,
    string,
    Parameters<typeof run>[0],
    { file: string; line: number; message?: string },
  ][] = [
    [
      "schema",
      "a field of the wrong type",
      { events: change(6, { variable_name: 3 }) },
      { file: SECOND, line: 2 },
    ],
    [
      "schema",
      "a line that only an upcast makes an event",
      { events: change(6, { description: null }) },
      { file: SECOND, line: 2 },
    ],
    [
      "line",
      "a line that is no JSON",
      {
        files: (files) => {
          files[SECOND] = String(files[SECOND]).replace('{"event_id"', "{'event_id'");
        },
      },
      { file: SECOND, line: 1 },
    ],
    [
      "line",
      "an unfinished line before another segment",
      { files: append(SECOND, '{"event_id":"01K') },
      { file: SECOND, line: 5 },
    ],
    [
      "line",
      "gzip that is cut off",
      {
        files: (files) => {
          files[`${SECOND}.gz`] = gzipSync(files[SECOND] ?? "").subarray(0, -9);
          delete files[SECOND];
        },
      },
      { file: `${SECOND}.gz`, line: 5, message: "damaged gzip" },
    ],
    [
      "torn-line",
      "a log that ends in the middle of a line",
      { files: append(ACTIVE, '{"event_id":"01K') },
      { file: ACTIVE, line: 6, message: "repair" },
    ],
    [
      "run-json",
      "a run.json that is none",
      {
        files: (files) => {
          files["run.json"] = "{}";
        },
      },
      { file: "run.json", line: 0 },
    ],
    [
      "run-json",
      "another run's run.json",
      { manifest: manifestWith({ simulation_id: "run-2" }) },
      { file: "run.json", line: 0 },
    ],
    [
      "simulation-id",
      "an event of another run",
      { events: change(6, { simulation_id: "run-2" }) },
      { file: SECOND, line: 2 },
    ],
    ["id-unique", "an id twice", { events: change(6, { event_id: idOf(5) }) }, { file: SECOND, line: 2 }],
    [
      "id-order",
      "an id below the one before",
      { events: change(6, { event_id: idOf(6).replace(/^01/, "00") }) },
      { file: SECOND, line: 2 },
    ],
    [
      "timestamp-valid",
      "a day that is not",
      { events: change(13, { timestamp: "2027-02-29T00:00:00.000000Z" }) },
      { file: ACTIVE, line: 5 },
    ],
    [
      "timestamp-order",
      "a clock that stepped back",
      { events: change(6, { timestamp: timestampOf(4) }) },
      { file: SECOND, line: 2 },
    ],
    ["turn-order", "an earlier turn", { events: change(13, { turn_number: 1 }) }, { file: ACTIVE, line: 5 }],
    [
      "run-start",
      "another first event",
      { events: change(0, { milestone_type: "phase_transition", caused_by: [] }) },
      { file: FIRST, line: 1, message: "phase_transition" },
    ],
    [
      "run-start",
      "a second start",
      { events: change(11, { ...START, subject_agent_id: "x" }) },
      { file: ACTIVE, line: 3 },
    ],
    [
      "run-start",
      "a start in turn 1",
      {
        events: (events) => {
          for (const index of [0, 1, 2]) change(index, { turn_number: 1 })(events);
        },
      },
      { file: FIRST, line: 1 },
    ],
    [
      "run-end",
      "no end",
      { events: change(13, { milestone_type: "phase_transition" }) },
      { file: ACTIVE, line: 5 },
    ],
    [
      "run-end",
      "no end of a run that failed",
      {
        events: change(13, { milestone_type: "phase_transition" }),
        manifest: manifestWith({ status: "failed" }),
      },
      { file: ACTIVE, line: 5, message: "no simulation_end" },
    ],
    [
      "run-end",
      "something after the end",
      { events: change(12, { milestone_type: "simulation_end" }) },
      { file: ACTIVE, line: 5, message: "after simulation_end" },
    ],
    [
      "run-end",
      "a turn that is open at the end",
      { events: change(12, { milestone_type: "phase_transition" }) },
      { file: ACTIVE, line: 5, message: "turn 2 is open" },
    ],
    ["has-cause", "an event without a cause", { events: without(6, "caused_by") }, { file: SECOND, line: 2 }],
    [
      "has-cause",
      "an empty list of causes",
      { events: change(6, { caused_by: [] }) },
      { file: SECOND, line: 2 },
    ],
    [
      "cause-exists",
      "a cause that is nowhere",
      { events: change(6, { caused_by: [idOf(999)] }) },
      { file: SECOND, line: 2, message: idOf(999) },
    ],
    [
      "cause-exists",
      "a cause that comes later",
      { events: change(6, { caused_by: [idOf(4), idOf(7)] }) },
      { file: SECOND, line: 2, message: idOf(7) },
    ],
    [
      "cause-exists",
      "an event that causes itself",
      { events: change(6, { caused_by: [idOf(6)] }) },
      { file: SECOND, line: 2 },
    ],
    [
      "schema",
      "a cause named twice",
      { events: change(6, { caused_by: [idOf(4), idOf(4)] }) },
      { file: SECOND, line: 2 },
    ],
    [
      "causes-omitted",
      "causes left out without need",
      { events: change(6, { causes_omitted: 3 }) },
      { file: SECOND, line: 2 },
    ],
    [
      "lossy-pointer",
      "what is no pointer",
      { events: change(6, { lossy: ["/new_value", "details"] }) },
      { file: SECOND, line: 2 },
    ],
    [
      "verbosity",
      "an event finer than the run",
      { manifest: manifestWith({ verbosity: "DECISION" }), events: withoutState, segments: recut },
      { file: closedSegmentName(timeOf(5)), line: 4 },
    ],
    [
      "state-continuity",
      "another old value",
      { events: change(6, { old_value: 1001 }) },
      { file: SECOND, line: 2, message: "alice.wealth: old_value is 1001, the new_value before it 1000" },
    ],
    [
      "state-change",
      "a variable added twice",
      { events: change(6, { old_value: null, change: "added" }) },
      { file: SECOND, line: 2 },
    ],
    [
      "state-change",
      "a variable added from a value",
      { events: change(1, { old_value: 1 }) },
      { file: FIRST, line: 2 },
    ],
    [
      "state-change",
      "a variable that was never added",
      { events: without(2, "change") },
      { file: FIRST, line: 3 },
    ],
    [
      "state-change",
      "a variable removed to a value",
      { events: change(10, { new_value: 1 }) },
      { file: ACTIVE, line: 2 },
    ],
    [
      "state-hash",
      "a hash of another state",
      { events: turnEndWith({ state_hash: "0".repeat(64) }) },
      { file: ACTIVE, line: 4, message: "0000" },
    ],
    [
      "state-hash",
      "a hash that is no text",
      { events: turnEndWith({ state_hash: 3 }) },
      { file: ACTIVE, line: 4 },
    ],
    [
      "state-hash",
      "a turn_end without the hash that others have",
      { events: turnEndWith({}) },
      { file: ACTIVE, line: 4 },
    ],
    [
      "state-hash",
      "a write that is not in the log",
      { events: change(9, { new_value: 0.7 }) },
      { file: ACTIVE, line: 4 },
    ],
    [
      "turns",
      "a turn that never ended",
      { events: change(7, { milestone_type: "phase_transition" }) },
      { file: SECOND, line: 4, message: "turn 2 starts while turn 1 is open" },
    ],
    [
      "turns",
      "an end without a turn",
      {
        events: change(13, { milestone_type: "turn_end", details: { state_hash: cleanHash() } }),
        manifest: manifestWith({ status: "failed" }),
      },
      { file: ACTIVE, line: 5, message: "no turn is open" },
    ],
    [
      "turns",
      "a turn that starts twice",
      {
        events: (events) => {
          for (const index of [8, 9, 10, 11, 12, 13]) change(index, { turn_number: 1 })(events);
        },
      },
      { file: SECOND, line: 4, message: "turn 1 starts after turn 1" },
    ],
    [
      "turns",
      "another number inside a turn",
      {
        events: (events) => {
          for (const index of [11, 12, 13]) change(index, { turn_number: 3 })(events);
        },
      },
      { file: ACTIVE, line: 3, message: "turn_number is 3 while turn 2 is open" },
    ],
    [
      "segment-name",
      "a segment named by another time",
      {
        segments: (segments) => {
          segments[closedSegmentName(timeOf(8) + 1)] = segments[SECOND] ?? [];
          delete segments[SECOND];
        },
      },
      { file: closedSegmentName(timeOf(8) + 1), line: 4 },
    ],
    [
      "segment-size",
      "a segment above the configured limit",
      { manifest: manifestWith({ config: { events: { max_file_size: "1.2KB" } } }) },
      { file: FIRST, line: 5, message: "1228" },
    ],
    [
      "segment-list",
      "a segment that run.json does not list",
      {
        manifest: (m) => {
          m.segments.pop();
        },
      },
      { file: SECOND, line: 1 },
    ],
    [
      "segment-list",
      "a segment that is not there",
      {
        manifest: (m) => {
          m.segments.push({ ...closed(m, 0), file: closedSegmentName(timeOf(2)) });
        },
      },
      { file: "run.json", line: 0 },
    ],
    [
      "segment-list",
      "another number of events",
      { manifest: entryWith(1, { events: 5 }) },
      { file: SECOND, line: 4, message: "events 5 instead of 4" },
    ],
    [
      "segment-list",
      "another size",
      { manifest: entryWith(1, { bytes: 3 }) },
      { file: SECOND, line: 4, message: "bytes" },
    ],
    [
      "segment-list",
      "another first event",
      { manifest: entryWith(1, { first_event_id: idOf(4) }) },
      { file: SECOND, line: 4, message: idOf(5) },
    ],
    [
      "segment-list",
      "another last event",
      { manifest: entryWith(1, { last_event_id: idOf(9) }) },
      { file: SECOND, line: 4, message: idOf(8) },
    ],
    [
      "counts",
      "counts that do not add up",
      { manifest: countsWith({ suppressed: 1 }) },
      { file: "run.json", line: 0, message: "14 emitted are not" },
    ],
    [
      "counts",
      "more written than there is",
      { manifest: countsWith({ emitted: 15, written: 15 }) },
      { file: "run.json", line: 0 },
    ],
    [
      "counts",
      "something pending at the end",
      { manifest: countsWith({ emitted: 15, pending: 1 }) },
      { file: "run.json", line: 0 },
    ],
    [
      "tape-line",
      "a line that is none",
      { files: tapeWith((lines) => lines.toSpliced(1, 0, "{}\n")) },
      { file: "tape.jsonl", line: 2 },
    ],
    [
      "tape-line",
      "a message that was altered",
      { files: tapeWith((lines) => lines.map((line) => line.replace("Buy?", "Sell?"))) },
      { file: "tape.jsonl", line: 2, message: "hash" },
    ],
    [
      "tape-line",
      "the tape of another run",
      { files: tapeWith((lines) => lines.map((line) => line.replace(RUN, "run-2"))) },
      { file: "tape.jsonl", line: 0, message: "run-2" },
    ],
    [
      "tape-line",
      "a torn end of a run that has ended",
      { files: tapeWith((lines) => [...lines, '{"line":"attempt","coo']) },
      { file: "tape.jsonl", line: 4, message: "llm-sim repair" },
    ],
    [
      "tape-message",
      "an attempt whose message is missing",
      { files: tapeWith((lines) => lines.toSpliced(1, 1)) },
      { file: "tape.jsonl", line: 0, message: "agent alice/1/decide/0#1: there is no message sha256:" },
    ],
    [
      "tape-call",
      "an attempt that is not on the tape",
      {
        files: tapeWith((lines) => lines),
        events: change(6, { details: { call: "agent alice/1/decide/0#2" } }),
      },
      { file: SECOND, line: 2, message: "agent alice/1/decide/0#2 is not on the tape" },
    ],
    [
      "tape-call",
      "a tape that is gone",
      {
        events: change(6, { details: { call: "agent alice/1/decide/0#1" } }),
        manifest: manifestWith({ config: { llm: { model: "m" } } }),
      },
      { file: SECOND, line: 2, message: "tape.jsonl is not there, which agent alice/1/decide/0#1 is on" },
    ],
    [
      "tape-event",
      "an attempt whose event is missing",
      { files: tapeWith((lines) => lines), manifest: manifestWith({ causes: SIMULATIONS }) },
      { file: "tape.jsonl", line: 0, message: "agent alice/1/decide/0#1 has no event in the log" },
    ],
  ];

  it.each(cases)("%s: %s", async (rule, _what, changes, where) => {
    const directory = run(changes);
    const report = await verifyRun(directory);
    expect(report.result).toBe("violation");
    const violation = report.violations.find((one) => one.rule === rule);
    expect(violation).toMatchObject({
      file: where.file,
      line: where.line,
      message: expect.stringContaining(where.message ?? ""),
    });
    expect(violation?.message).not.toContain("\n");
    if (where.line > 0 && !where.file.endsWith(".gz")) {
      const before = readFileSync(join(directory, where.file), "utf8")
        .split("\n")
        .slice(0, where.line - 1);
      expect(violation?.offset).toBe(Buffer.byteLength(before.map((line) => `${line}\n`).join("")));
    }
  });

  it("every one of them", () => {
    expect(new Set(cases.map(([rule]) => rule))).toEqual(new Set(Object.keys(VERIFY_RULES)));
  });

  it.each(cases.filter(([rule]) => rule === "segment-list").slice(1))(
    "%s: %s, where segments.jsonl lists them",
    async (rule, _what, changes, { file, message = "" }) => {
      const report = await verifyRun(run({ ...changes, list: "segments.jsonl" }));
      expect(report.violations).toMatchObject([
        {
          rule,
          file: file === "run.json" ? "segments.jsonl" : file,
          message: expect.stringMatching(/^segments\.jsonl (gives|lists) /),
        },
      ]);
      expect(report.violations[0]?.message).toContain(message);
    },
  );

  it("and a fault is said once where nothing else follows from it", async () => {
    for (const events of [
      change(6, { lossy: ["x"] }),
      change(6, { caused_by: [idOf(999)] }),
      turnEndWith({ state_hash: "0" }),
      change(6, { simulation_id: "run-2" }),
    ]) {
      expect(await verifyRun(run({ events }))).toMatchObject({ violation_count: 1 });
    }
  });
});
