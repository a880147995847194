import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { readSummary, readSummaryHead } from "./index.ts";

const WHOLE = {
  format_version: 2,
  simulation_id: "s",
  turns: 2,
  tried: { decisions: 1, failures: 0, actions: 1, refusals: 0 },
  refusals: [],
  failures: [],
  every_turns: 1,
  variables: [],
};

function runWith(text?: string): string {
  const output = mkdtempSync(join(tmpdir(), "llm-sim-summary-"));
  onTestFinished(() => rmSync(output, { recursive: true }));
  const directory = join(output, "s");
  mkdirSync(directory);
  if (text !== undefined) writeFileSync(join(directory, "summary.json"), text);
  return directory;
}

it("a run without a summary has none, which is no problem", () => {
  expect([readSummary(runWith()), readSummaryHead(runWith())]).toEqual([undefined, undefined]);
});

it("a summary is read however it is laid out", () => {
  for (const text of [JSON.stringify(WHOLE), JSON.stringify(WHOLE, null, 2)]) {
    expect(readSummary(runWith(text))).toEqual({ summary: WHOLE });
    expect(readSummaryHead(runWith(text))).toMatchObject({ summary: { turns: 2, tried: { decisions: 1 } } });
  }
});

it.each([
  ["cut off", JSON.stringify(WHOLE).slice(0, 60), /^summary\.json cannot be used: .*JSON/],
  ["empty", "", /^summary\.json cannot be used: /],
  ["of another shape", JSON.stringify({ ...WHOLE, turns: "two" }), /^summary\.json cannot be used: turns: /],
  ["a list", "[]", /^summary\.json cannot be used: /],
  [
    "newer",
    JSON.stringify({ format_version: 7 }),
    /^summary\.json is of format version 7, .*: update llm-sim/,
  ],
  ["newer, laid out in lines", '{"format_version":7,\n"x":1}', /is of format version 7/],
])("one that is %s is said to be, and never throws", (_, text, problem) => {
  for (const read of [readSummary, readSummaryHead]) {
    expect(read(runWith(text))).toEqual({ problem: expect.stringMatching(problem) });
  }
});

it("a link out of the output directory is not followed", () => {
  const elsewhere = join(runWith(JSON.stringify(WHOLE)), "summary.json");
  const directory = runWith();
  symlinkSync(elsewhere, join(directory, "summary.json"));
  expect(readSummary(directory)).toBeUndefined();
});
