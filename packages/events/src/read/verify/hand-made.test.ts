import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { JsonObject } from "../../schema/index.ts";
import {
  BuiltLog,
  cleanLog,
  idOf,
  RUN,
  runDirectory,
  textOf,
  timestampOf,
} from "../built-run.test.fixture.ts";
import type { VerifyReport } from "./report.ts";
import { ACTIVE, change, closed, run } from "./segmented-run.test.fixture.ts";
import { verifyRun } from "./verify-run.ts";

const placesOf = ({ violations }: VerifyReport) =>
  violations.map(({ rule, file, line }) => [rule, file, line]);
const verifyLog = (events: readonly JsonObject[], text = textOf(events)) =>
  verifyRun(runDirectory({ "events.jsonl": text }));

/** Swaps, repeats or moves lines of a run in one segment. */
const reordered = (edit: (lines: string[]) => void) =>
  run({
    segments: (segments) => {
      const all = Object.values(segments).flat();
      for (const file of Object.keys(segments)) delete segments[file];
      segments[ACTIVE] = all;
    },
    files: (files) => {
      const lines = String(files[ACTIVE]).trimEnd().split("\n");
      edit(lines);
      files[ACTIVE] = `${lines.join("\n")}\n`;
    },
  });

function swap(lines: string[], left: number, right: number): void {
  const [a = "", b = ""] = [lines[left], lines[right]];
  lines[left] = b;
  lines[right] = a;
}

describe("a log without run.json", () => {
  // As no emitter would write it: turns, causes and states that do not follow.
  const log = new BuiltLog();
  log.milestone("turn_start", { turn_number: 3 });
  log.state("gpt-4.1", "wealth", 5, 7);
  log.state("gpt-4.1", "wealth", 1, 2, { simulation_id: "elsewhere", turn_number: 1 });
  log.add({
    event_type: "ACTION",
    agent_id: "Dr. Smith",
    action_type: "buy",
    action_payload: {},
    caused_by: [],
  });
  const withOffsets = log.events.map((event, index) => ({
    ...event,
    timestamp: timestampOf(index).replace("Z", "+00:00"),
  }));

  it("is as good with Z as with +00:00: schema, unique ids and existing causes are asked", async () => {
    for (const [events, dialect] of [
      [log.events, "native"],
      [withOffsets, "python"],
    ] as const) {
      const report = await verifyLog(events);
      expect(report).toMatchObject({ result: "ok", has_manifest: false, dialect, events: 4, violations: [] });
    }
    for (const events of [log.events, withOffsets]) {
      const broken = [
        ...events,
        { ...events[0] },
        { ...events[1], event_id: idOf(9), caused_by: [idOf(99)] },
        {},
      ];
      expect(placesOf(await verifyLog(broken))).toEqual([
        ["id-unique", ACTIVE, 5],
        ["schema", ACTIVE, 7],
        ["cause-exists", ACTIVE, 6],
      ]);
    }
  });
});

describe("a directory that was renamed or copied", () => {
  it("is one violation that says so", async () => {
    const parent = mkdtempSync(join(tmpdir(), "llm-sim-renamed-"));
    onTestFinished(() => rmSync(parent, { recursive: true }));
    cpSync(run({}), join(parent, `${RUN} copy`), { recursive: true });
    const report = await verifyRun(join(parent, `${RUN} copy`));
    expect(report).toMatchObject({ simulation_id: `${RUN} copy`, violation_count: 1 });
    expect(report.violations).toEqual([
      {
        rule: "run-json",
        file: "run.json",
        line: 0,
        offset: 0,
        message: `the run is ${RUN}, its directory ${RUN} copy: it was renamed or copied; give the directory its name back`,
      },
    ]);
  });

  it("is one where the log alone is another run's", async () => {
    const events = (all: JsonObject[]) => {
      for (const index of all.keys()) change(index, { simulation_id: "run-2" })(all);
    };
    const report = await verifyRun(run({ events }));
    expect(report.violations).toMatchObject([{ rule: "simulation-id", line: 1 }]);
    expect(report.violation_count).toBe(1);
  });
});

describe("a line that is repeated", () => {
  it("is counted and listed, and nothing else is asked of it", async () => {
    const report = await verifyRun(reordered((lines) => lines.push(...lines.slice(3, 7))));
    expect(report).toMatchObject({ events: 14, repeated_lines: 4, violation_count: 4 });
    expect(placesOf(report)).toEqual([15, 16, 17, 18].map((line) => ["id-unique", ACTIVE, line]));
  });

  it("is so in a closed segment, whose entry names the events", async () => {
    const report = await verifyRun(
      run({
        segments: (segments) =>
          segments[Object.keys(segments)[0] ?? ""]?.splice(3, 0, ...cleanLog().slice(1, 2)),
        manifest: (manifest) => {
          closed(manifest, 0).events--;
          manifest.counts = { ...manifest.counts, emitted: 14, written: 14 };
        },
      }),
    );
    expect(report.violations.map(({ rule }) => rule)).toEqual(["id-unique"]);
  });
});

describe("lines in another order than their times", () => {
  it.each<[string, (lines: string[]) => void, number[]]>([
    ["two neighbours", (lines) => swap(lines, 5, 6), [7]],
    ["a write before the action it comes of", (lines) => swap(lines, 4, 6), [6, 7]],
    ["two writes of a variable", (lines) => swap(lines, 1, 6), [3, 7]],
    ["the run's start", (lines) => swap(lines, 0, 1), [2]],
    ["the run's end", (lines) => swap(lines, 12, 13), [14]],
    ["a turn's end and the next one's start", (lines) => swap(lines, 7, 8), [9]],
    ["a block", (lines) => lines.push(...lines.splice(3, 5)), [10]],
  ])("are told where time steps back, and nothing that follows from it: %s", async (_what, edit, steps) => {
    const report = await verifyRun(reordered(edit));
    expect(placesOf(report)).toEqual(steps.map((line) => ["timestamp-order", ACTIVE, line]));
    expect(report.unproven).toContain("state-continuity");
  });

  it("do not hide a fault elsewhere", async () => {
    const report = await verifyRun(
      reordered((lines) => {
        swap(lines, 5, 6);
        lines[11] = lines[11]?.replace('"turn_number":2', '"turn_number":3') ?? "";
        lines[4] = lines[4]?.replace(`"caused_by":["${idOf(3)}"]`, `"caused_by":["${idOf(12)}"]`) ?? "";
      }),
    );
    expect(placesOf(report)).toEqual([
      ["timestamp-order", ACTIVE, 7],
      ["turns", ACTIVE, 12],
      ["turn-order", ACTIVE, 13],
      ["cause-exists", ACTIVE, 5],
    ]);
  });
});

describe("numbers beyond a double and deep payloads", () => {
  it.each(["1e400", "-1e400", "9054686819491029395", `${"[".repeat(900)}${"]".repeat(900)}`])(
    "are verified like any other value: %.30s",
    async (value) => {
      const text = textOf(cleanLog()).replaceAll('"new_value":1000', `"new_value":${value}`);
      const directory = run({
        files: (files) => {
          for (const file of Object.keys(files))
            files[file] = String(files[file]).replace('1000,"change', `${value},"change`);
        },
        manifest: (manifest) => {
          closed(manifest, 0).bytes += value.length - 4;
        },
      });
      expect(text).toContain(value);
      expect(placesOf(await verifyRun(directory)).map(([rule]) => rule)).toEqual(["state-continuity"]);
    },
  );

  it("are no events past the levels that are read, and said to be", async () => {
    const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;
    const text = textOf(cleanLog()).replace("[null]", deep);
    const report = await verifyLog([], text);
    expect(report.events).toBe(13);
    expect(report.violations[0]).toMatchObject({
      rule: "line",
      line: 5,
      message: expect.stringContaining("more than 1000 levels"),
    });
  });
});
