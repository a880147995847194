import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { batchRunId } from "@llm-sim/events/run";
import { beforeAll, describe, expect, it } from "vitest";
import { ask, temporaryDirectory } from "./cli.test.fixture.ts";

const directory = temporaryDirectory();
const output = join(directory, "output");
const RATE = "engine.params.rate";
const idOf = (seed: number, rate: number) => batchRunId("sweep", seed, { [RATE]: rate });
const batch = (...args: string[]) => ask(directory, ["batch", ...args]);

/** A run whose fish is so many at the ends of its turns. */
function addRun(id: string, about: object, fish: readonly number[]): void {
  mkdirSync(join(output, id), { recursive: true });
  const counts = { emitted: 3, written: 3, dropped: 0, suppressed: 0, pending: 0 };
  const manifest = {
    simulation_id: id,
    name: "fishery",
    status: "completed",
    ended_by: "turns",
    verbosity: "STATE",
    start_time: "2026-11-26T10:00:00.000000Z",
    end_time: "2026-11-26T10:00:01.000000Z",
    counts,
    segments: [],
    ...about,
  };
  writeFileSync(join(output, id, "run.json"), JSON.stringify(manifest));
  const word = (fish.at(-1) ?? 0) > 50 ? "plenty" : "poor";
  const summary = {
    format_version: 2,
    simulation_id: id,
    turns: fish.length - 1,
    tried: { decisions: 1, failures: 0, actions: 1, refusals: 2 },
    refusals: [],
    failures: [],
    every_turns: 1,
    variables: [
      { variable: "fish", last: fish.at(-1), writes: 1, points: fish.map((value, turn) => [turn, value]) },
      { variable: "stock", last: word, writes: 1, points: [[0, word]] },
    ],
  };
  writeFileSync(join(output, id, "summary.json"), JSON.stringify(summary));
}

beforeAll(() => {
  const planned = { seeds: "1..5", settings: [{ path: RATE, values: [0.1, 0.9] }] };
  for (const rate of [0.1, 0.9])
    for (const seed of [1, 2, 3, 4]) {
      const settings = { [RATE]: rate };
      const fish = rate > 0.5 ? [80, 81, 82 + seed] : [80, 20 - seed, 1];
      addRun(idOf(seed, rate), { seed, batch: { id: "sweep", name: "sweep", settings, planned } }, fish);
    }
  addRun("alone", { seed: 1 }, [1]);
});

describe("llm-sim batch", () => {
  it("tells what became of the runs: settings, bands, a row each, outcomes, the parting, the middle, what is missing", async () => {
    const { code, stdout, stderr } = await batch("swe", "--outcome", "fish < 50", "--outcome", "fish");
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toBe(`batch sweep: 8 of 10 runs (8 completed), seeds 1..4
  engine.params.rate: 0.1, 0.9
  2 runs that were asked for are missing: ${idOf(5, 0.1)}, ${idOf(5, 0.9)}; the same llm-sim run makes them.
  missing, rate 0.1: seed 5
  missing, rate 0.9: seed 5

Over turns 0 to 2, and at the ends:
fish  90 %  ███  85.3
      half  █▅▄  42
      10 %  █▂▁  1

RUN              rate  STATUS     TURNS  fish < 50  fish  REFUSED  GROUP      ENDED BY
${[1, 2, 3, 4].map((seed) => `${idOf(seed, 0.1)}   0.1  completed      2     turn 1     1        2  fish < 40  turns\n`).join("")}${[1, 2, 3, 4].map((seed) => `${idOf(seed, 0.9)}   0.9  completed      2      never    ${82 + seed}        2  fish ≥ 40  turns\n`).join("")}
fish < 50: held at a turn's end in 4 of 8 runs (first in turn 1), never in 4
  rate 0.1: held at a turn's end in 4 of 4 runs (first in turn 1)
  rate 0.9: held at a turn's end in 0 of 4 runs, never in 4

fish: at the end 1 to 86, middle 42, four in five from 1 to 85.3
  rate 0.1: at the end 1
  rate 0.9: at the end 83 to 86, middle 84.5, four in five from 83.3 to 85.7

From the end of turn 1 on the 8 runs are in two groups that stay apart: fish ends at 1 in 4 of them, and from 83 to 86 in 4.
  Before they began all 8 runs were told apart already by the setting engine.params.rate: with 0.9 or more they come to fish ≥ 40, with less they do not.
Nearest to the middle is ${idOf(1, 0.1)}, farthest from it ${idOf(4, 0.1)}: llm-sim diff ${idOf(1, 0.1)} ${idOf(4, 0.1)} tells how they differ.
`);
  });

  it("lists the batches where none is named", async () => {
    const { code, stdout } = await batch();
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^BATCH +RUNS +STATUS +STARTED +SEEDS +SETTINGS\nsweep +8 of 10 +8 completed +.+ +1\.\.4 +engine\.params\.rate \(2\)\n$/,
    );
  });

  it("fits on a terminal, and tells long batches by their first runs", async () => {
    const { stdout } = await ask(directory, ["batch", "sweep", "--outcome", "fish < 50"], 60);
    for (const line of stdout.split("\n")) expect(line.length, line).toBeLessThanOrEqual(60);
    expect(stdout).toMatch(/^s1-\w{6} /m);
  });

  it.each([
    [["sweet"], 'error: There is no batch "sweet". The nearest: sweep.\n'],
    [
      ["sweep", "--outcome", "fihs < 5"],
      'error: outcome: "fihs < 5", at character 1: no run of the batch has a variable fihs; the nearest: fish\n',
    ],
    [["sweep", "--output", "nowhere"], /^error: There is no directory nowhere/],
  ])("refuses what is not there, with what is near: %j", async (args, message) => {
    const { code, stdout, stderr } = await batch(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });

  it("counts the values of a text, of all runs and by setting", async () => {
    const { stdout } = await batch("sweep", "--outcome", "stock");
    expect(stdout).toContain(`
stock: at the end poor in 4 of 8 runs, plenty in 4
  rate 0.1: at the end poor in 4 of 4 runs
  rate 0.9: at the end plenty in 4 of 4 runs
`);
  });

  it("says what it does not know, and ends with 3 where that counts", async () => {
    const id = idOf(4, 0.9);
    rmSync(join(output, id, "summary.json"));
    const told = await batch("sweep", "--strict");
    expect(told).toMatchObject({ code: 3, stderr: "" });
    expect(told.stdout).toContain("! One run of 8: it has no summary.json.\n");
    expect(told.stdout).toMatch(new RegExp(`^${id} .* \\? .* it has no summary\\.json$`, "m"));
    const asJson = await batch("sweep", "--json");
    expect(asJson.stderr).toBe("! One run of 8: it has no summary.json.\n");
  });
});

describe("llm-sim ls", () => {
  it("has the runs of a batch in one row on a terminal, and each for programs", async () => {
    const shown = await ask(directory, ["ls"], 120);
    expect(shown.stdout.match(/^sweep.*$/gm)).toEqual([
      expect.stringMatching(/^sweep +8 runs: 8 completed /),
    ]);
    expect(shown.stdout).toMatch(/^alone +completed /m);
    const piped = await ask(directory, ["ls"]);
    expect(piped.stdout.match(/^sweep-s/gm)).toHaveLength(8);
  });
});
