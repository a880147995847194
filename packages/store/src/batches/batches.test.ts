import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BatchOutcome } from "@llm-sim/api";
import { batchAnswerSchema, batchCurvesAnswerSchema, batchListSchema } from "@llm-sim/api";
import { batchRunId } from "@llm-sim/events/run";
import { describe, expect, it } from "vitest";
import { isStoreError, openStore } from "../index.ts";
import { addRun, type MadeRun, madeBatch } from "./made-batch.test.fixture.ts";

/** What is asked of the batch `sweep`, held to the API's own schema. */
async function ask(output: string, ...outcome: string[]) {
  const store = openStore(output);
  const answer = await store.batch("sweep", { outcome });
  expect(batchAnswerSchema.parse(JSON.parse(JSON.stringify(answer)))).toEqual(answer);
  await store.close();
  return answer;
}

/** What a condition, or a variable, came to in one run. */
async function outcomeOf(run: Omit<MadeRun, "seed">, outcome: string): Promise<BatchOutcome | undefined> {
  // A second run, so that a name that the first does not have is one that the batch knows.
  const known = { seed: 2, curves: { fish: [1], "alice: wealth": [1], "bob: wealth": [1], turnip: ["a"] } };
  const { runs } = await ask(madeBatch([{ seed: 1, ...run }, known]), outcome);
  return runs[0]?.outcomes[0];
}

const constant = (value: number, turns = 5) => Array.from({ length: turns + 1 }, () => value);

describe("a list of batches", () => {
  it("tells of each its runs by status, its seeds, what was set, and how many were asked for", async () => {
    const planned = { seeds: "1..3", settings: [{ path: "a.b", values: [10, 2] }] };
    const output = madeBatch(
      [1, 2, 3].flatMap((seed) => [10, 2].map((rate) => ({ seed, settings: { "a.b": rate } }))).slice(0, 5),
      planned,
    );
    addRun(
      output,
      { seed: 9, settings: { "a.b": 2 }, manifest: { status: "failed", ended_by: "error" } },
      planned,
    );
    const store = openStore(output);
    const batches = await store.listBatches();
    expect(batchListSchema.parse({ batches })).toEqual({ batches });
    expect(batches).toEqual([
      {
        id: "sweep",
        name: "sweep",
        config_hash: "1f0c2a9b",
        start_time: "2026-11-26T10:00:00.000000Z",
        end_time: "2026-11-26T10:00:01.000000Z",
        runs: 6,
        planned: 7,
        statuses: { completed: 5, failed: 1 },
        seeds: "1..3,9",
        settings: [{ path: "a.b", values: [2, 10] }],
      },
    ]);
    const { missing, missing_total } = await store.batch("sweep");
    expect({ missing, missing_total }).toEqual({
      missing: [{ id: batchRunId("sweep", 3, { "a.b": 2 }), seed: 3, settings: { "a.b": 2 } }],
      missing_total: 1,
    });
    await store.close();
  });

  it("holds older runs, whose batch is a text, and none of runs by themselves, or of forks", async () => {
    const output = madeBatch([
      { seed: 1, manifest: { batch: "old" } },
      { seed: 2, manifest: { batch: undefined } },
      {
        seed: 3,
        manifest: { parent: { simulation_id: "sweep-s1", turn: 3, event_id: "01KAR8B1C0A1B2C000000000F7" } },
      },
    ]);
    const store = openStore(output);
    expect(await store.listBatches()).toMatchObject([{ id: "old", name: "old", runs: 1, settings: [] }]);
    await store.close();
  });

  it("is empty where there is nothing", async () => {
    expect(await openStore("/nowhere/at/all").listBatches()).toEqual([]);
  });
});

describe("a batch", () => {
  it("is found by its exact id, or for a person by how that begins", async () => {
    const output = madeBatch([
      { seed: 1 },
      { seed: 2, manifest: { batch: { id: "sweet", name: "s", settings: {} } } },
      { seed: 3, manifest: { batch: { id: "market-1f0c2a9b", name: "m", settings: {} } } },
    ]);
    expect(await openStore(output).resolveBatch("mark")).toBe("market-1f0c2a9b");
    const store = openStore(output);
    expect(await store.resolveBatch("sweep")).toBe("sweep");
    expect(await store.resolveBatch("sweet")).toBe("sweet");
    await expect(store.resolveBatch("swee")).rejects.toThrow('"swee" may be any of sweep, sweet');
    const missed = await store.batch("swep").catch((error: unknown) => error);
    expect(isStoreError(missed, "BATCH_NOT_FOUND")).toBe(true);
    expect(missed).toMatchObject({
      message: 'There is no batch "swep". The nearest: sweep, sweet.',
      details: { reference: "swep", nearest: ["sweep", "sweet"] },
    });
    await store.close();
  });

  it("sees at once what is added, changed and taken away", async () => {
    const output = madeBatch([{ seed: 1, curves: { fish: [1, 2] } }]);
    const store = openStore(output);
    const ends = async () =>
      (await store.batch("sweep", { outcome: ["fish"] })).runs.map(({ outcomes }) => outcomes[0]);
    expect(await ends()).toEqual([{ value: 2 }]);
    const second = addRun(output, { seed: 2, curves: { fish: [1, 20] } });
    expect(await ends()).toEqual([{ value: 2 }, { value: 20 }]);
    addRun(output, { seed: 1, curves: { fish: [1, 2, 300] } });
    expect(await ends()).toEqual([{ value: 300 }, { value: 20 }]);
    rmSync(join(output, second), { recursive: true });
    expect(await ends()).toEqual([{ value: 300 }]);
    await store.close();
  });

  it("tells of each run what its files say, by settings and seed", async () => {
    const output = madeBatch([
      { seed: 2, settings: { r: 10 }, curves: { fish: [1, 4] } },
      { seed: 10, settings: { r: 9 }, curves: { fish: [1, 5] } },
      { seed: 9, settings: { r: 9 }, summary: null, manifest: { status: "interrupted", ended_by: "signal" } },
      {
        seed: 3,
        settings: { r: 10 },
        summary: "{",
        manifest: { counts: { emitted: 9, written: 6, dropped: 3, suppressed: 0, pending: 0 } },
      },
    ]);
    const { runs, gaps, complete, end_variables } = await ask(output);
    expect(
      runs.map(({ seed, status, turns, refusals, unknown, dropped, end }) => ({
        seed,
        status,
        turns,
        refusals,
        unknown,
        dropped,
        end,
      })),
    ).toEqual([
      {
        seed: 9,
        status: "interrupted",
        turns: 0,
        refusals: undefined,
        unknown: "it has no summary.json",
        dropped: 0,
        end: [{ unknown: "it has no summary.json" }],
      },
      {
        seed: 10,
        status: "completed",
        turns: 1,
        refusals: 2,
        unknown: undefined,
        dropped: 0,
        end: [{ value: 5 }],
      },
      {
        seed: 2,
        status: "completed",
        turns: 1,
        refusals: 2,
        unknown: undefined,
        dropped: 0,
        end: [{ value: 4 }],
      },
      {
        seed: 3,
        status: "completed",
        turns: 0,
        refusals: undefined,
        unknown: expect.stringContaining("cannot be used"),
        dropped: 3,
        end: [{ unknown: expect.stringContaining("cannot be used") }],
      },
    ]);
    expect(end_variables).toEqual([{ variable: "fish" }]);
    expect({ complete, gaps }).toEqual({
      complete: false,
      gaps: [
        { kind: "unfinished", message: "One run of 4: it has no summary.json." },
        {
          kind: "summary",
          message: expect.stringMatching(/^One run of 4: its summary\.json cannot be used/),
        },
        { kind: "dropped", message: "One run of 4: events of it were dropped." },
      ],
    });
  });

  it("has what simulation_end says for the reason of a run's end", async () => {
    const output = madeBatch([{ seed: 1 }]);
    const end = {
      event_id: "01KAR8B1C0A1B2C000000000F7",
      timestamp: "2026-11-26T10:00:01.000000Z",
      turn_number: 7,
      event_type: "MILESTONE",
      simulation_id: "sweep-s1",
      description: "No fish is left",
      milestone_type: "simulation_end",
    };
    writeFileSync(join(output, "sweep-s1", "events.jsonl"), `${JSON.stringify(end)}\n`);
    const { runs } = await ask(output);
    expect(runs).toMatchObject([{ end_reason: "No fish is left", turns: 7 }]);
  });

  it("tells of a run that was killed how far its whole lines go", async () => {
    const output = madeBatch([
      { seed: 1, summary: null, manifest: { status: "running", ended_by: undefined, end_time: undefined } },
    ]);
    const line = (turn: number) =>
      JSON.stringify({
        event_id: "01KAR8B1C0A1B2C000000000F7",
        timestamp: "2026-11-26T10:00:01.000000Z",
        turn_number: turn,
        event_type: "MILESTONE",
        simulation_id: "sweep-s1",
        milestone_type: "turn_end",
      });
    writeFileSync(
      join(output, "sweep-s1", "events.jsonl"),
      `${line(7)}\n${line(8)}\n${line(9).slice(0, 90)}`,
    );
    const { runs } = await ask(output);
    expect(runs).toMatchObject([{ status: "interrupted", turns: 8 }]);
  });

  it("puts runs into a table of two settings that were swept, and of no other number", async () => {
    const grid = (paths: string[]) =>
      [1, 2].flatMap((a) =>
        ["x", "y"].map((b, at) => ({
          seed: at + 1,
          settings: Object.fromEntries(paths.map((path, index) => [path, index === 0 ? a : b])),
        })),
      );
    const { heat } = await ask(madeBatch(grid(["a", "b"])));
    expect(heat).toEqual({
      rows: { path: "a", values: [1, 2] },
      columns: { path: "b", values: ["x", "y"] },
      cells: [1, 2].map((a) => ["x", "y"].map((b, at) => [batchRunId("sweep", at + 1, { a, b })])),
    });
    expect((await ask(madeBatch(grid(["a", "b", "c"])))).heat).toBeUndefined();
    expect((await ask(madeBatch(grid(["a"])))).heat).toBeUndefined();
  });
});

describe("a variable of a batch", () => {
  it("has bands in which a value holds until its next write, and a run until its end", async () => {
    const output = madeBatch([
      { seed: 1, curves: { fish: [0, 0, 10, 10] } },
      { seed: 2, curves: { fish: [4, 4] } },
      { seed: 3, curves: { fish: [undefined, 8, undefined, 2] } },
    ]);
    const { variables } = await ask(output);
    expect(variables).toMatchObject([
      {
        variable: "fish",
        runs: 3,
        kind: "number",
        bands: {
          turns: [0, 1, 2, 3],
          p10: [0.4, 0.8, 10, 2.8],
          p50: [2, 4, 10, 6],
          p90: [3.6, 7.2, 10, 9.2],
          runs: [2, 3, 1, 2],
        },
        end: {
          runs: 3,
          least: 2,
          p50: 4,
          greatest: 10,
          histogram: { from: 2, to: 10, counts: [1, 1, 0, 0, 1] },
        },
      },
    ]);
  });

  it("has null where a turn knows it of no run, and one bar where all ends are the same", async () => {
    const { variables } = await ask(
      madeBatch([1, 2].map((seed) => ({ seed, curves: { late: [undefined, undefined, 7] } }))),
    );
    expect(variables[0]).toMatchObject({
      bands: { p50: [null, null, 7], runs: [0, 0, 2] },
      end: { histogram: { from: 7, to: 7, counts: [2] } },
    });
  });

  it("that is a text, or not always a number, has its values counted, commonest first", async () => {
    const { variables } = await ask(
      madeBatch(
        ["calm", "storm", "calm", 3].map((season, seed) => ({ seed, curves: { season: ["calm", season] } })),
      ),
    );
    expect(variables[0]).toEqual({
      variable: "season",
      runs: 4,
      kind: "other",
      values: [
        { value: "calm", runs: 2 },
        { value: "storm", runs: 1 },
        { value: 3, runs: 1 },
      ],
    });
  });

  it("counts at the ends only runs that came to one", async () => {
    const { variables } = await ask(
      madeBatch([
        { seed: 1, curves: { fish: [5, 6] } },
        { seed: 2, curves: { fish: [5, 900] }, manifest: { status: "interrupted", ended_by: "signal" } },
        { seed: 3, curves: { fish: [5, 900] }, manifest: { ended_by: "budget" } },
        { seed: 4, curves: { fish: [5, 900] }, manifest: { status: "failed", ended_by: "error" } },
      ]),
    );
    expect(variables[0]).toMatchObject({ runs: 4, end: { runs: 1, greatest: 6 }, bands: { runs: [4, 4] } });
  });

  it("keeps agents' and the world's apart, the world's first, whatever they are called", async () => {
    const output = madeBatch([
      {
        seed: 1,
        curves: { "a.b: c": [1], "a: b.c": [2], "a.b.c": [3], "__proto__: __proto__": [4], constructor: [5] },
      },
    ]);
    const { variables } = await ask(output);
    expect(variables.map(({ agent_id, variable, end }) => [agent_id, variable, end?.least])).toEqual([
      [undefined, "a.b.c", 3],
      [undefined, "constructor", 5],
      ["a.b", "c", 1],
      ["a", "b.c", 2],
      ["__proto__", "__proto__", 4],
    ]);
  });

  it("has a curve for each run, by its name", async () => {
    const output = madeBatch([
      { seed: 1, curves: { fish: [1, 1, 3], "ann: x": [7] } },
      { seed: 2, curves: { fish: [2, undefined] } },
      { seed: 3, summary: null },
    ]);
    const store = openStore(output);
    const curves = await store.batchCurves("sweep", { variable: "fish" });
    expect(batchCurvesAnswerSchema.parse(JSON.parse(JSON.stringify(curves)))).toEqual(curves);
    expect(curves).toMatchObject({
      variable: "fish",
      every_turns: 1,
      curves: [
        {
          id: "sweep-s1",
          turns: 2,
          points: [
            [0, 1],
            [2, 3],
          ],
        },
        { id: "sweep-s2", turns: 1, points: [[0, 2], [1]] },
      ],
      complete: false,
    });
    const anns = await store.batchCurves("sweep", { variable: "ann.x" });
    expect(anns).toMatchObject({ agent_id: "ann", variable: "x", curves: [{ id: "sweep-s1" }] });
    expect(await store.batchCurves("sweep", { variable: "x", agent_id: "ann" })).toEqual(anns);
    await expect(store.batchCurves("sweep", { variable: "fihs" })).rejects.toMatchObject({
      code: "INVALID_ARGUMENT",
      details: { parameter: "variable", nearest: ["fish"] },
    });
    await store.close();
  });
});

describe("a summary that is laid out as it is written, a line for each variable", () => {
  const variables = [
    {
      variable: "fish",
      last: 4,
      points: [
        [0, 9],
        [1, 4.5],
        [2, -1e-7],
        [3, 4],
      ],
    },
    { agent_id: "a", variable: "x", last: 1, points: [[0, 1]] },
    { variable: "gone", gone: 2, points: [[0, 1], [2]] },
    { variable: "back", last: 1, points: [[0, 1], [1], [2], [3, 1]] },
    {
      variable: "list",
      last: [2, 3],
      points: [
        [0, [1, 2]],
        [1, [2, 3]],
      ],
    },
    {
      variable: "nested",
      last: [
        [1, 2],
        [3, 4],
      ],
      points: [
        [
          0,
          [
            [1, 2],
            [3, 4],
          ],
        ],
      ],
    },
    {
      variable: "text",
      last: '"points":[[',
      points: [
        [0, "],["],
        [1, '"points":[['],
      ],
    },
    {
      variable: "flag",
      last: true,
      points: [
        [0, false],
        [1, true],
      ],
    },
    { variable: "nothing", last: null, points: [[0, null]] },
    { variable: "large" },
    { variable: "none", last: 1, points: [] },
  ].map((one) => ({ writes: 1, ...one }));
  const head = {
    format_version: 2,
    simulation_id: "s",
    turns: 3,
    tried: { decisions: 1, failures: 0, actions: 1, refusals: 0 },
    refusals: [],
    failures: [],
    every_turns: 1,
  };
  const inLines = `${JSON.stringify(head).slice(0, -1)},\n"variables":[\n${variables.map((one) => JSON.stringify(one)).join(",\n")}\n]}\n`;

  it("is read as any other, whatever its values are", async () => {
    const answers = [];
    for (const summary of [inLines, JSON.stringify({ ...head, variables })]) {
      const store = openStore(madeBatch([{ seed: 1, summary }]));
      const curves = [];
      for (const { variable, agent_id } of variables.filter((one) => one.variable !== "large"))
        curves.push(await store.batchCurves("sweep", { variable, agent_id }));
      const { batch: _, ...answer } = await store.batch("sweep");
      answers.push({ answer, curves });
      await store.close();
    }
    expect(answers[0]).toEqual(answers[1]);
    expect(answers[0]?.curves.map(({ curves }) => curves[0]?.points)).toEqual(
      variables.flatMap(({ points }) => (points === undefined ? [] : [points])),
    );
  });
});

describe("an outcome", () => {
  it.each<[string, Omit<MadeRun, "seed">, string, BatchOutcome]>([
    ["came to hold at a turn's end", { curves: { fish: [9, 9, 4, 9] } }, "fish < 5", { turn: 2 }],
    ["held from the start", { curves: { fish: [4, 9] } }, "fish < 5", { turn: 0 }],
    ["never held", { curves: { fish: [9, 9] } }, "fish < 5", { never: true }],
    ["holds of a turn", { curves: { fish: [9, 9, 9, 9] } }, "fish > 5 and turn >= 2", { turn: 2 }],
    [
      "sees all of a turn together",
      { curves: { fish: [5, 1], turnip: ["a", "b"] } },
      'fish == 1 and turnip == "a"',
      { never: true },
    ],
    [
      "is of the agent for whom it held",
      { curves: { "alice: wealth": [3, 3], "bob: wealth": [3, 0] } },
      "*.wealth < 1",
      { turn: 1, agent_id: "bob" },
    ],
    [
      "is of an agent that came later",
      { curves: { "bob: wealth": [undefined, undefined, 0], fish: [1, 1, 1] } },
      "*.wealth < 1",
      { turn: 2, agent_id: "bob" },
    ],
    [
      "takes what was gone for not there",
      { curves: { fish: [9, undefined, undefined] } },
      "fish == null",
      { turn: 1 },
    ],
    ["is a variable's value at the end", { curves: { fish: [9, 4] } }, "fish", { value: 4 }],
    ["is a text's", { curves: { turnip: ["x", "y, z"] } }, "turnip", { value: "y, z" }],
    ["is an agent's variable", { curves: { "alice: wealth": [3] } }, "alice.wealth", { value: 3 }],
  ])("%s", async (_, run, outcome, expected) => {
    expect(await outcomeOf(run, outcome)).toEqual(expected);
  });

  it.each<[string, Omit<MadeRun, "seed">, string, string]>([
    ["there is no summary", { summary: null }, "fish < 5", "it has no summary.json"],
    [
      "the summary is newer",
      { summary: { format_version: 99 } },
      "fish < 5",
      "summary.json is of format version 99",
    ],
    ["the run has no such agent", { curves: { fish: [9] } }, "alice.wealth < 5", "it has no alice.wealth"],
    ["no agent of it has the variable", { curves: { fish: [9] } }, "*.wealth < 5", "it has no *.wealth"],
    [
      "variables were left out",
      { curves: { turnip: [1] }, summary: { variables_left_out: 3 } },
      "fish",
      "leaves out 3 of its variables, maybe fish",
    ],
    [
      "the run failed before",
      { curves: { fish: [9, 9] }, manifest: { status: "failed", ended_by: "error" } },
      "fish < 5",
      "it failed in turn 1, until when it did not hold",
    ],
    [
      "the run was interrupted",
      { curves: { fish: [9, 8] }, manifest: { status: "interrupted", ended_by: "signal" } },
      "fish",
      "it was interrupted in turn 1, when it was 8",
    ],
    [
      "the budget was spent",
      { curves: { fish: [9, 8] }, manifest: { ended_by: "budget" } },
      "fish < 5",
      "its budget was spent in turn 1",
    ],
    [
      "points were left out",
      { curves: { fish: [9, 8] }, summary: { every_turns: 4 } },
      "fish < 5",
      "only every 4th is known",
    ],
    ["it was gone", { curves: { fish: [9, undefined] } }, "fish", "it was gone by then"],
  ])("is not known where %s", async (_, run, outcome, why) => {
    expect(await outcomeOf(run, outcome)).toEqual({ unknown: expect.stringContaining(why) });
  });

  it("that is a text has its values counted, of all runs and by setting", async () => {
    const output = madeBatch(
      ["calm", "storm", "calm", "storm", "storm"].map((season, seed) => ({
        seed,
        settings: { r: seed > 1 ? 1 : 0 },
        curves: { season: ["calm", season] },
        ...(seed === 4 && { manifest: { status: "failed", ended_by: "error" } }),
      })),
    );
    const { outcomes } = await ask(output, "season");
    expect(outcomes).toEqual([
      {
        outcome: "season",
        kind: "variable",
        runs: 5,
        unknown: 1,
        values: [
          { value: "calm", runs: 2 },
          { value: "storm", runs: 2 },
        ],
        by_setting: [
          {
            settings: { r: 0 },
            runs: 2,
            unknown: 0,
            values: [
              { value: "calm", runs: 1 },
              { value: "storm", runs: 1 },
            ],
          },
          {
            settings: { r: 1 },
            runs: 3,
            unknown: 1,
            values: [
              { value: "calm", runs: 1 },
              { value: "storm", runs: 1 },
            ],
          },
        ],
      },
    ]);
  });

  it("that held before the run failed is known", async () => {
    const failed = { curves: { fish: [9, 3] }, manifest: { status: "failed", ended_by: "error" } };
    expect(await outcomeOf(failed, "fish < 5")).toEqual({ turn: 1 });
  });

  it("of a run that is still running is not known, and the run counted as that", async () => {
    const output = madeBatch([
      { seed: 1, summary: null, manifest: { status: "running", ended_by: undefined } },
      { seed: 2, curves: { fish: [1] } },
    ]);
    const lock = { version: 2, host: "elsewhere.example", pid: 1, process_start: "1", token: "t" };
    writeFileSync(join(output, "sweep-s1", "writer.lock"), JSON.stringify(lock));
    const { batch, runs, outcomes } = await ask(output, "fish < 5");
    expect(batch).toMatchObject({ statuses: { running: 1, completed: 1 } });
    expect(batch).not.toHaveProperty("end_time");
    expect(runs[0]).toMatchObject({ status: "running", outcomes: [{ unknown: "it is still running" }] });
    expect(outcomes).toMatchObject([{ became: 1, never: 0, unknown: 1 }]);
  });

  it("is counted in all runs and by the settings that differ", async () => {
    const output = madeBatch(
      [1, 2, 3, 4].map((seed) => ({
        seed,
        settings: { r: seed > 2 ? 1 : 0, fixed: true },
        curves: { fish: [9, 9, seed === 1 ? 9 : 1], s: [seed] },
      })),
    );
    const { outcomes } = await ask(output, "fish < 5", "s");
    expect(outcomes).toMatchObject([
      {
        outcome: "fish < 5",
        kind: "condition",
        runs: 4,
        became: 3,
        never: 1,
        unknown: 0,
        turns: { p50: 2 },
        by_setting: [
          { settings: { r: 0 }, runs: 2, became: 1, never: 1 },
          { settings: { r: 1 }, runs: 2, became: 2, never: 0 },
        ],
      },
      { outcome: "s", kind: "variable", end: { least: 1, p50: 2.5, greatest: 4 } },
    ]);
  });

  it.each([
    ["fihs < 5", { nearest: ["fish"], position: 0 }],
    ["fihs", { nearest: ["fish"], position: 0 }],
    ["*.welth < 5", { nearest: ["*.wealth"], position: 0 }],
    ["fish <", { position: 6 }],
    ["fish = 5", { position: 5 }],
  ])("that is written wrong is refused, with where and what may be meant: %s", async (outcome, details) => {
    const error = await outcomeOf({ curves: { fish: [1], "a: wealth": [1] } }, outcome).catch(
      (caught: unknown) => caught,
    );
    expect(error).toMatchObject({ code: "INVALID_ARGUMENT", details: { parameter: "outcome", ...details } });
  });
});

describe("the middle of a batch", () => {
  it("is the run nearest to all others over turns, and the farthest the one farthest from them", async () => {
    const slopes = [0, 1, 2, 3, 40];
    const { runs, middle, farthest } = await ask(
      madeBatch(slopes.map((slope, seed) => ({ seed, curves: { x: [0, slope, 2 * slope] } }))),
    );
    expect([middle, farthest]).toEqual(["sweep-s2", "sweep-s4"]);
    const distances = runs.map(({ distance = 0 }) => distance);
    // As by comparing each with each, in units of the average.
    const differences = slopes.map((slope) =>
      slopes.reduce((sum, other) => sum + Math.abs(slope - other), 0),
    );
    const average = differences.reduce((sum, difference) => sum + difference, 0) / slopes.length;
    for (const [run, distance] of distances.entries())
      expect(distance).toBeCloseTo((differences[run] ?? 0) / average, 10);
  });

  it("is not a run that ended before it could go far", async () => {
    const runs = [1, 2, 3, 4, 5].map((slope) => ({
      seed: slope,
      curves: { x: Array.from({ length: slope === 1 ? 3 : 20 }, (_, turn) => slope * turn) },
    }));
    expect(await ask(madeBatch(runs))).toMatchObject({ middle: "sweep-s3" });
  });

  it("is not told of fewer than three runs that came to an end", async () => {
    const answer = await ask(
      madeBatch([
        { seed: 1, curves: { x: [1] } },
        { seed: 2, curves: { x: [2] } },
        { seed: 3, curves: { x: [3] }, manifest: { status: "failed", ended_by: "error" } },
      ]),
    );
    expect(answer).not.toHaveProperty("middle");
    expect(answer).not.toHaveProperty("farthest");
  });

  it("is told of one run alone as of none", async () => {
    const { runs, no_parting } = await ask(madeBatch([{ seed: 1, curves: { x: constant(3) } }]));
    expect(runs).toHaveLength(1);
    expect(no_parting).toMatch(
      /^Too few runs came to their end for groups to be told of: 1, and 6 are needed/,
    );
  });
});

it("what lies beside runs, or is none, is passed over", async () => {
  const output = madeBatch([{ seed: 1 }]);
  mkdirSync(join(output, "empty"));
  mkdirSync(join(output, ".sweep"));
  mkdirSync(join(output, "odd"));
  writeFileSync(join(output, "odd", "run.json"), "[]");
  writeFileSync(join(output, "file.txt"), "");
  expect((await ask(output)).runs).toHaveLength(1);
});
