import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { closedSegmentName } from "../../run/index.ts";
import { livingLock, manifestOf, RUN, runDirectory, timeOf, timestampOf } from "../built-run.test.fixture.ts";
import type { VerifyReport } from "./report.ts";
import {
  ACTIVE,
  change,
  FIRST,
  type Files,
  manifestWith,
  recut,
  run,
  SECOND,
  without,
  withoutState,
} from "./segmented-run.test.fixture.ts";
import { verifyRun } from "./verify-run.ts";

function found(report: VerifyReport): { rule: string; file: string; line: number; message: string }[] {
  return report.violations.map(({ rule, file, line, message }) => ({ rule, file, line, message }));
}

describe("a run without a fault", () => {
  it("is ok", async () => {
    expect(await verifyRun(run({}))).toEqual({
      simulation_id: RUN,
      result: "ok",
      dialect: "native",
      has_manifest: true,
      events: 14,
      repeated_lines: 0,
      being_written: false,
      violations: [],
      violation_count: 0,
      losses: [],
      unproven: [],
    });
  });

  it.each<[string, Parameters<typeof run>[0]]>([
    [
      "with its closed segments compressed",
      {
        files: (files) => {
          files[`${FIRST}.gz`] = gzipSync(files[FIRST] ?? "");
          delete files[FIRST];
        },
      },
    ],
    [
      "with a segment in both forms",
      {
        files: (files) => {
          files[`${FIRST}.gz`] = gzipSync("rubbish, because it is not finished");
        },
      },
    ],
    [
      "without an active segment",
      {
        segments: (segments) => {
          segments[closedSegmentName(timeOf(13))] = segments[ACTIVE] ?? [];
          delete segments[ACTIVE];
        },
      },
    ],
    [
      "with a segment named a microsecond later, because the name was taken",
      {
        events: (events) => {
          for (let index = 5; index <= 8; index++) change(index, { timestamp: timestampOf(4) })(events);
        },
        segments: (segments) => {
          segments[closedSegmentName(timeOf(4) + 1)] = segments[SECOND] ?? [];
          delete segments[SECOND];
        },
      },
    ],
    [
      "recorded at DETAIL, with what only that records",
      {
        events: (events) => {
          const fields = { event_type: "DETAIL", calculation_type: "x", intermediate_values: {} };
          without(4, "decision_type")(events);
          change(4, fields)(events);
        },
        manifest: (manifest) => {
          manifest.verbosity = "DETAIL";
        },
      },
    ],
    [
      "that failed in the middle of a turn",
      {
        events: (events) => {
          events.splice(12, 1);
        },
        manifest: manifestWith({ status: "failed" }),
      },
    ],
    [
      "with segments as small as its configuration asks",
      { manifest: manifestWith({ config: { events: { max_file_size: "2KB" } } }) },
    ],
    [
      "with a segment of one event above the limit",
      {
        segments: (segments) => {
          segments[closedSegmentName(timeOf(3))] = (segments[FIRST] ?? []).slice(0, 4);
          const alone = (segments[FIRST] ?? []).slice(4);
          change(0, { details: { long: "x".repeat(3000) } })(alone);
          segments[FIRST] = alone;
        },
        manifest: (manifest) => {
          manifest.config = { events: { max_file_size: 2048 } };
        },
      },
    ],
    [
      "of which no turn_end has a hash and no variable was added, as a loop without an engine writes it",
      {
        events: (events) => {
          for (const index of [7, 12]) without(index, "details")(events);
          for (const index of [1, 2, 10]) without(index, "change")(events);
        },
      },
    ],
    [
      "at ACTION, whose hashes cannot be checked",
      { events: withoutState, segments: recut, manifest: manifestWith({ verbosity: "ACTION" }) },
    ],
  ])("%s is ok", async (_what, changes) => {
    expect(found(await verifyRun(run(changes)))).toEqual([]);
    expect(await verifyRun(run(changes))).toMatchObject({ result: "ok", losses: [] });
  });
});

describe("the list of violations", () => {
  it("is limited, their number is not", async () => {
    const directory = run({
      events: (events) => {
        for (const index of events.keys()) change(index, { caused_by: [] })(events);
      },
    });
    const report = await verifyRun(directory, { maxViolations: 3 });
    expect(report).toMatchObject({ result: "violation", violation_count: 13 });
    expect(found(report).map(({ rule, line }) => [rule, line])).toEqual([
      ["has-cause", 2],
      ["has-cause", 3],
      ["has-cause", 4],
    ]);
  });
});

describe("verifying", () => {
  it("tells how far it is", async () => {
    const progress: { events: number; file: string }[] = [];
    await verifyRun(run({}), { onProgress: ({ events, file }) => progress.push({ events, file }) });
    expect(progress).toEqual([
      { events: 5, file: FIRST },
      { events: 9, file: SECOND },
      { events: 14, file: ACTIVE },
    ]);
  });

  it("can be called off", async () => {
    await expect(verifyRun(run({}), { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow(
      "enough",
    );
  });

  it("is refused of what is no run", async () => {
    await expect(verifyRun(join(run({}), "nowhere"))).rejects.toMatchObject({ code: "NOT_A_RUN" });
  });

  it("asks a run that has ended for a start", async () => {
    const directory = runDirectory({ "run.json": JSON.stringify(manifestOf({})) });
    expect(found(await verifyRun(directory))).toMatchObject([{ rule: "run-start" }, { rule: "run-end" }]);
  });

  it("asks nothing yet of a run that has just begun", async () => {
    const manifest = JSON.stringify({ ...manifestOf({}), status: "running" });
    const directory = runDirectory({ "run.json": manifest, "events.jsonl": "", "writer.lock": livingLock() });
    expect(await verifyRun(directory)).toMatchObject({ result: "ok", events: 0, being_written: true });
  });

  it("takes a segment that run.json does not list yet, where the writer was killed after it was closed", async () => {
    const directory = run({
      manifest: (manifest) => {
        manifest.status = "running";
        manifest.segments.pop();
      },
    });
    expect(await verifyRun(directory)).toMatchObject({ result: "loss", violation_count: 0 });
  });

  it.each<[string, (files: Files) => void]>([
    ["whole", () => undefined],
    ["absent", (files) => delete files["segments.jsonl"]],
    ["empty", (files) => (files["segments.jsonl"] = "")],
    ["without a line", (files) => (files["segments.jsonl"] = listIn(files).slice(1).join(""))],
    ["torn", (files) => (files["segments.jsonl"] = listIn(files).join("").slice(0, -40))],
    ["damaged", (files) => (files["segments.jsonl"] = `\0\0x\n[1]\n{"file":7}\n${listIn(files).join("")}`)],
    ["of a format to come", (files) => (files["segments.jsonl"] = '{"format_version":9,"file":"else"}\n')],
    [
      "with a line twice",
      (files) => (files["segments.jsonl"] = [...listIn(files), ...listIn(files)].join("")),
    ],
  ])("takes a run whose segments.jsonl is %s for whole: the segments count", async (_what, files) => {
    const report = await verifyRun(run({ list: "segments.jsonl", files }));
    expect(report).toMatchObject({ result: "ok", events: 14, violations: [] });
  });
});

const listIn = (files: Files) => String(files["segments.jsonl"]).match(/.*\n/g) ?? [];
