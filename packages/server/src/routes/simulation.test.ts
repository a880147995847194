import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openEventStream } from "@llm-sim/events";
import { buildOf, readManifest } from "@llm-sim/events/run";
import { afterEach, describe, expect, it } from "vitest";
import { ask, giveBack, outputDirectory, serve } from "../served-runs.test.fixture.ts";

afterEach(giveBack);

const TRIED = { decisions: 4, failures: 1, actions: 3, refusals: 2 };
const SUMMARY = {
  format_version: 2,
  simulation_id: "one",
  turns: 1,
  tried: TRIED,
  refusals: [
    { agent_id: "Dr. Smith", action_type: "buy", error_type: "validation_error", reason: "closed", count: 2 },
  ],
  failures: [{ agent_id: "__proto__", error_type: "agent_error", reason: "no key", count: 1 }],
  every_turns: 1,
  variables: [
    {
      agent_id: "Dr. Smith",
      variable: "hats.red",
      first: 1,
      last: 3,
      least: 1,
      greatest: 3,
      writes: 2,
      points: [
        [0, 1],
        [1, 3],
      ],
    },
    { variable: "season", first: "spring", gone: 1, writes: 2, points: [[0, "spring"], [1]] },
  ],
};

async function answerOf(summary: string | undefined, description = "Stopped in turn 1: enough") {
  const outputDir = outputDirectory();
  const stream = await openEventStream({
    outputDir,
    simulationId: "one",
    verbosity: "MILESTONE",
    signals: false,
    provenance: {
      name: "shop",
      seed: 7,
      config: { engine: { type: "market", params: { price: 10 } } },
      batch: { id: "sweep", name: "sweep", settings: { "engine.params.price": 10 } },
      parent: { simulation_id: "zero", turn: 3, event_id: "01KAR8B1C0A1B2C000000000F7" },
    },
  });
  stream.turn(1, () => undefined);
  await stream.close({ endedBy: "engine", description });
  if (summary !== undefined) writeFileSync(join(outputDir, "one", "summary.json"), summary);
  const recorded = readManifest(join(outputDir, "one"));
  const server = await serve({ outputDir });
  const { status, json } = await ask(server, "/simulations/one");
  const list = (await ask(server, "/simulations")).json.simulations;
  return { status, json, listed: list[0], recorded };
}

describe("one simulation", () => {
  it("says which llm-sim wrote it, as run.json does", async () => {
    const { json, recorded } = await answerOf(undefined);
    const { version, commit } = buildOf(import.meta.resolve("@llm-sim/events"));
    expect(recorded).toMatchObject({ versions: { "llm-sim": version, node: process.versions.node } });
    expect(json.versions).toEqual(recorded?.versions);
    expect([json.llm_sim_commit, recorded?.llm_sim_commit]).toEqual([commit, commit]);
  });

  it("has no reason for its end where simulation_end says nothing", async () => {
    const { json } = await answerOf(undefined, "");
    expect(json).not.toHaveProperty("end_reason");
  });

  it("is told with what it was run from, why it ended and what it came to, at the coarsest verbosity", async () => {
    const { status, json, listed } = await answerOf(JSON.stringify(SUMMARY));
    expect(status).toBe(200);
    expect(json).toMatchObject({
      id: "one",
      status: "completed",
      ended_by: "engine",
      end_reason: "Stopped in turn 1: enough",
      seed: 7,
      config: { engine: { type: "market", params: { price: 10 } } },
      parameters: { price: 10 },
      batch: { id: "sweep", name: "sweep", settings: { "engine.params.price": 10 } },
      parent: { simulation_id: "zero", turn: 3 },
      tried: TRIED,
      refusals: SUMMARY.refusals,
      failures: SUMMARY.failures,
      variables: [
        { agent_id: "Dr. Smith", variable: "hats.red", first: 1, last: 3, least: 1, greatest: 3, writes: 2 },
        { variable: "season", first: "spring", gone: 1, writes: 2 },
      ],
      variables_total: 2,
    });
    expect(json.variables[0].points).toBeUndefined();
    expect(listed).toMatchObject({ ended_by: "engine", tried: TRIED });
  });

  it("without a summary is told as far as it is known", async () => {
    const { status, json, listed } = await answerOf(undefined);
    expect({ status, ended_by: json.ended_by }).toEqual({ status: 200, ended_by: "engine" });
    expect([json.tried, json.variables, json.summary_problem, listed.tried]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it.each([
    ["damaged", '{"format_version":2,"simul', /^summary\.json cannot be used: /],
    [
      "newer than what is known",
      '{"format_version":9}',
      /^summary\.json is of format version 9, .* update llm-sim$/,
    ],
  ])("whose summary is %s says so, and is told all the same", async (_, text, problem) => {
    const { status, json, listed } = await answerOf(text);
    expect(status).toBe(200);
    expect(json).toMatchObject({ seed: 7, summary_problem: expect.stringMatching(problem) });
    expect(listed).toMatchObject({ status: "completed", summary_problem: expect.stringMatching(problem) });
  });
});
