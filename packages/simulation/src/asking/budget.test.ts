import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkpointPath, readManifest } from "@llm-sim/events/run";
import { describe, expect, it } from "vitest";
import { type DecideFunction, readCheckpoint, runSimulation } from "../index.ts";
import { idle, village } from "../run/village.test.fixture.ts";
import { causesNamed, fakeModels, named, runAsking, user } from "./asking.test.fixture.ts";

const asks: DecideFunction = async (_, context) => {
  const { text } = await context.ask({ purpose: "decide", messages: user("?") });
  return { decision_type: text };
};

describe("a budget", () => {
  it("that is spent ends the run with its turn, as completed, caused by what it went to", async () => {
    const models = fakeModels(() => "wait", { budget: 20 });
    const { events, result, tape } = await runAsking(village({ alice: asks }, { turns: 5 }), models);
    expect(result).toMatchObject({
      status: "completed",
      ended_by: "budget",
      turns: 2,
      reason: "Ended with turn 2: the budget is spent (20 tokens)",
      calls: { calls: 2, tokens: 20 },
    });
    const end = events.at(-1);
    expect(end).toMatchObject({
      milestone_type: "simulation_end",
      details: { spent: { tokens: 20, usd: 0 } },
    });
    expect(causesNamed(events, end)).toEqual([
      "turn_end",
      "success agent alice/2/decide/0#1",
      "success agent alice/1/decide/0#1",
    ]);
    expect(tape).toHaveLength(2);
  });

  it("that does not suffice for all of a turn refuses the rest, and the turn is gone through with", async () => {
    const models = fakeModels(() => "wait", { budget: 30 });
    const simulation = village({ alice: asks, bob: asks }, { turns: 5 });
    const { events, result, attempts, tape } = await runAsking(simulation, {
      ...models,
      get isSpent() {
        return models.isSpent;
      },
      // One after the other, so that the second finds it spent.
      ask: async (question, call) => {
        if (call.coordinate.actor.agent_id === "bob") await new Promise((resolve) => setTimeout(resolve, 5));
        return models.ask(question, call);
      },
    });
    expect(attempts.map(named)).toEqual([
      "success agent alice/1/decide/0#1",
      "success agent bob/1/decide/0#1",
      "success agent alice/2/decide/0#1",
      "failure agent bob/2/decide/0#1",
    ]);
    expect(tape.at(-1)).toMatchObject({ outcome: "aborted", broken_off_by: "budget" });
    expect(causesNamed(events, attempts[3])).toEqual(
      expect.arrayContaining([
        "turn_start",
        "success agent alice/2/decide/0#1",
        "success agent bob/1/decide/0#1",
        "success agent alice/1/decide/0#1",
      ]),
    );
    expect(result).toMatchObject({ status: "completed", ended_by: "budget", turns: 2 });
    const end = events.at(-1);
    expect(causesNamed(events, end)).toContain("failure agent bob/2/decide/0#1");
  });

  it("that is spent with the last turn ends nothing early", async () => {
    const models = fakeModels(() => "wait", { budget: 20 });
    const { result } = await runAsking(village({ alice: asks }, { turns: 2 }), models);
    expect(result).toMatchObject({ ended_by: "turns", turns: 2 });
  });
});

describe("what a run spent on language models", () => {
  it("stands in its run.json, and in its checkpoints beside how long the tape is", async () => {
    const outputDir = await mkdtemp(join(tmpdir(), "llm-sim-spent-"));
    const simulation = { ...village({ alice: asks }, { turns: 3 }), checkpoint_interval: 1 };
    const models = fakeModels(() => "wait");
    const { directory = "" } = await runSimulation(simulation, { outputDir, signals: false, models });
    expect(readManifest(directory)).toMatchObject({
      calls: { calls: 3, from_tape: 0, tokens: 30, usd: 0, saved_usd: 0, spent: { tokens: 30, usd: 0 } },
    });
    const tape = await readFile(join(directory, "tape.jsonl"), "utf8");
    for (const turn of [1, 2, 3]) {
      const { spent, tape_offset = 0 } = await readCheckpoint(checkpointPath(directory, turn));
      expect(spent).toEqual({ tokens: turn * 10, usd: 0 });
      const lines = Buffer.from(tape).subarray(0, tape_offset).toString().split("\n");
      expect(lines.pop()).toBe("");
      expect(lines.filter((line) => line.includes('"line":"attempt"'))).toHaveLength(turn);
    }
    await rm(outputDir, { recursive: true });
  });

  it("is not there where nothing was asked", async () => {
    const outputDir = await mkdtemp(join(tmpdir(), "llm-sim-spent-"));
    const simulation = { ...village({ alice: idle }, { turns: 1 }), checkpoint_interval: 1 };
    const { directory = "", calls } = await runSimulation(simulation, { outputDir, signals: false });
    expect(calls).toBeUndefined();
    expect(readManifest(directory)).not.toHaveProperty("calls");
    const checkpoint = await readCheckpoint(checkpointPath(directory, 1));
    expect(checkpoint.spent).toBeUndefined();
    expect(checkpoint.tape_offset).toBeUndefined();
    await rm(outputDir, { recursive: true });
  });
});
