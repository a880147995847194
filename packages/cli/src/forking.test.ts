import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { verifyRun } from "@llm-sim/events/read";
import { readManifest } from "@llm-sim/events/run";
import { type ModelServer, startModelServer } from "@llm-sim/llm/testing";
import { type ForkResult, loadConfig, replayRun, runSimulation } from "@llm-sim/simulation";
import { afterEach, describe, expect, it } from "vitest";
import { askingSimulation, llmSim } from "./asking.test.fixture.ts";
import { startCli, temporaryDirectory, underWay } from "./cli.test.fixture.ts";

let server: ModelServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const AGENTS = ["ann", "ben", "cid", "dot", "eve", "fay", "gus", "hal"];

/** A run of eight agents that ask a model in each turn. */
async function recorded(
  turns: number,
  checkpoint_interval?: number,
): Promise<{ home: string; directory: string }> {
  const usage = { prompt_tokens: 100, completion_tokens: 10 };
  server = await startModelServer(() => ({ json: { coins: 1 }, usage }));
  const saysItKeepsNothing = checkpoint_interval !== undefined;
  const home = askingSimulation({
    llm: { base_url: server.base_url },
    agents: AGENTS,
    turns,
    saysItKeepsNothing,
  });
  const overrides =
    checkpoint_interval === undefined
      ? []
      : [{ path: "simulation.checkpoint_interval", value: checkpoint_interval }];
  const simulation = await loadConfig(join(home, "sim.yaml"), { overrides });
  const { directory = "" } = await runSimulation(simulation, {
    outputDir: join(home, "output"),
    simulationId: "one",
    verbosity: "STATE",
    onWarning: () => {},
  });
  return { home, directory };
}

describe("a fork of a run that asked models", () => {
  it.each([
    ["with checkpoints", 4],
    ["without checkpoints", undefined],
  ])(
    "asks nothing again of what was asked before its own turns, and replays without its parent: %s",
    async (_, interval) => {
      const { home, directory } = await recorded(10, interval);
      expect(existsSync(join(directory, "checkpoints"))).toBe(interval !== undefined);
      const asked = server?.requests.length;
      expect(asked).toBe(8 * 10);
      const decide = "ann=[]";
      const forked = await llmSim(
        home,
        "fork",
        "one",
        "--turn",
        "8",
        "--decide",
        decide,
        "--id",
        "two",
        "--json",
      );
      expect(forked.code).toBe(0);
      const { calls, run, checkpoint }: ForkResult = JSON.parse(forked.text);
      expect(checkpoint).toBe(interval);
      expect(run).toMatchObject({ status: "completed", turns: 10 });
      expect(calls).toMatchObject({ before: 56, skipped: interval === undefined ? 0 : 32, missed: [] });
      // Of the fork's own turns, all that is asked in the same words is on the tape as well.
      expect((calls?.reused ?? 0) + (calls?.asked ?? 0)).toBe(80);
      expect(server?.requests.length).toBe(80 + (calls?.asked ?? 0));
      rmSync(directory, { recursive: true });
      await server?.close();
      const two = join(home, "output", "two");
      expect(await replayRun(two)).toMatchObject({
        same: true,
        recalled: { turns: 10 },
        answers: { used: 80, unasked: [] },
      });
      expect(await verifyRun(two)).toMatchObject({ result: "ok" });
    },
  );

  it("says what was skipped by a checkpoint", async () => {
    const { home } = await recorded(4, 2);
    const forked = await llmSim(home, "fork", "one", "--turn", "4", "--model", "another", "--id", "two");
    expect(forked.text).toContain("forked from one at turn 4, by its checkpoint of turn 2\n");
    expect(forked.text).toMatch(
      /24 calls reused, 16 of them skipped by the checkpoint \(.* saved\), 8 asked\n/,
    );
    const { calls } = readManifest(join(home, "output", "two")) ?? {};
    expect(calls).toMatchObject({ calls: 32, from_tape: 24 });
    expect((await replayRun(join(home, "output", "two"))).same).toBe(true);
  });

  it("says what was reused and asked; with --on-miss fail it asks nobody", async () => {
    const { home } = await recorded(4);
    const asked = server?.requests.length;
    const fork = ["fork", "one", "--turn", "3", "--model", "another"];
    const failed = await llmSim(home, ...fork, "--id", "two", "--on-miss", "fail");
    expect(failed.text).toMatch(
      /16 calls reused \(1,760 tokens saved\), 0 asked\n.*not answered: .*\/model is "another" now/,
    );
    expect(server?.requests.length).toBe(asked);
    expect((await replayRun(join(home, "output", "two"))).same).toBe(true);
    const live = await llmSim(home, ...fork, "--id", "three");
    expect(live.text).toMatch(/16 calls reused \(1,760 tokens saved\), 16 asked\n/);
    expect((await replayRun(join(home, "output", "three"))).same).toBe(true);
    // A fork of it asks nothing again either, of whichever model.
    const four = await llmSim(home, "fork", "three", "--turn", "4", "--turns", "5", "--id", "four");
    expect(four.text).toMatch(
      /32 calls reused, 8 of them in its own turns \(3,520 tokens saved\), 8 asked\n/,
    );
    expect((await replayRun(join(home, "output", "four"))).same).toBe(true);
  });
});

it("a comparison with a fork says that it was made otherwise, also where what was left out had asked a model", async () => {
  const { home } = await recorded(3);
  const decisions = await llmSim(home, "events", "one", "--type", "DECISION", "--turns", "2", "--json");
  const { event_id } = JSON.parse(decisions.text.split("\n")[0] ?? "");
  await llmSim(home, "fork", "one", "--without", event_id, "--id", "two", "--quiet");
  const { code, text } = await llmSim(home, "diff", "one", "two");
  expect(code).toBe(1);
  expect(text).toMatch(
    /same in both runs: here the one on the right was made otherwise \(without the decision of ann\)\.\n/,
  );
  expect(text).not.toContain("machinery");
});

describe("a fork of a run that plays from a tape", () => {
  it("asks nobody; that answers are missing is an error, unless it was said that they may", async () => {
    const { home, directory } = await recorded(3);
    await server?.close();
    const tape = join(directory, "tape.jsonl");
    await llmSim(home, "run", "sim.yaml", "--set", `llm.play=${tape}`, "--id", "played", "--quiet");
    const fork = (id: string, ...more: string[]) =>
      llmSim(home, "fork", "played", "--turn", "2", "--model", "another", "--id", id, ...more);
    const missing = /not answered: .*\/model is "another" now.*; --on-miss live asks a model/;
    expect(await fork("two")).toMatchObject({ code: 1, text: expect.stringMatching(missing) });
    expect(await fork("three", "--quiet")).toMatchObject({ code: 1, text: expect.stringMatching(missing) });
    expect(await fork("four", "--on-miss", "fail")).toMatchObject({
      code: 0,
      text: expect.stringMatching(missing),
    });
    // Nor does a fork of one that asks nobody.
    const of = await llmSim(home, "fork", "four", "--turn", "3", "--id", "six");
    expect(of).toMatchObject({ code: 1, text: expect.stringMatching(/, 0 asked\n.*not answered: .*ann\/3/) });
    const same = await llmSim(home, "fork", "played", "--turn", "2", "--id", "five");
    expect(same).toMatchObject({ code: 0, text: expect.not.stringContaining("not answered") });
  });
});

describe("a fork that is asked for wrongly", () => {
  const home = temporaryDirectory();
  it("ends with 2 and a line that says what is wrong, and leaves nothing behind", async () => {
    const config = join(import.meta.dirname, "../../../examples/market/simulation.yaml");
    await llmSim(home, "run", config, "--id", "one", "--turns", "4", "--verbosity", "STATE", "--quiet");
    const wrong: [string[], string][] = [
      [[], "The first turn that differs is not given"],
      [["--turn", "0"], "Expected a whole number from 1"],
      [["--turn", "9"], "one has 4 turns: there is no turn 9 to fork at; --turns makes it longer"],
      [
        ["--turn", "3", "--set", "alice.welth=1"],
        'There is no variable "alice.welth" at the start of turn 3; did you mean "alice.wealth"?',
      ],
      [["--turn", "3", "--set", "alice.wealth"], "expected VARIABLE=VALUE"],
      [["--turn", "3", "--set", "alice.wealth=1", "--set", "alice.wealth=2"], "alice.wealth is set twice"],
      [["--turn", "3", "--decide", "alice"], "is no decision of an agent"],
      [["--turn", "3", "--decide", "alice={"], "is no JSON"],
      [
        ["--turn", "3", "--decide", "alcie=[]"],
        'There is no agent "alcie" at the start of turn 3; did you mean "alice"?',
      ],
      [
        ["--turn", "3", "--decide", "alice={}", "--decide", "alice=[]"],
        'Two decisions are given for "alice"',
      ],
      [["--without", "01M892BP8A0000000000000001"], "one has no event 01M892BP8A0000000000000001"],
      [["--without", "buy"], "one has no event buy"],
      [["--turn", "3", "--config", "engine.parms.x=1"], 'unknown key "parms"'],
      [["--turn", "3", "--config", "simulation.seed=1"], "simulation.seed cannot be another from a turn on"],
      [["--turn", "3", "--config", "agents.0.initial_state.wealth=1"], "set variables with --set instead"],
      [["--turn", "3", "--model", "x"], "no llm block"],
      [["--turn", "3", "--on-miss", "ask"], "Allowed choices are live, fail"],
      [["--turn", "3", "--id", "one"], "There is a run one already"],
      [["--turn", "3", "--id", "../two"], "is no run id"],
    ];
    for (const [args, message] of wrong) {
      const { code, text } = await llmSim(home, "fork", "one", ...args);
      expect([code, text], args.join(" ")).toEqual([2, expect.stringContaining(message)]);
      expect(text.trim().split("\n"), args.join(" ")).toHaveLength(1);
    }
    expect(readdirSync(join(home, "output"))).toEqual(["one"]);
  });

  it("of a run that is being written is refused", async () => {
    const config = join(import.meta.dirname, "../../../examples/market/simulation.yaml");
    const started = startCli(home, ["run", config, "--id", "long", "--turns", "1000000", "--quiet"]);
    await underWay(home, "long", 200_000);
    expect(await llmSim(home, "fork", "long", "--turn", "2")).toMatchObject({
      code: 2,
      text: expect.stringContaining("long is being written: fork it when it is over."),
    });
    started.child.kill("SIGKILL");
    await started.ended;
    // What was cut off is forked as far as it is whole.
    expect(await llmSim(home, "fork", "long", "--turn", "2", "--turns", "3", "--id", "short")).toMatchObject({
      code: 0,
    });
    expect(readManifest(join(home, "output", "short"))?.parent).toMatchObject({
      simulation_id: "long",
      turn: 1,
    });
  });
});

it("a setting is another from a turn on, and behind all that follows; it replays so", async () => {
  const home = temporaryDirectory();
  const config = join(import.meta.dirname, "../../../examples/market/simulation.yaml");
  await llmSim(home, "run", config, "--id", "one", "--turns", "4", "--verbosity", "STATE", "--quiet");
  const setting = ["--config", "engine.params.interest_rate=0.5", "--turns", "5"];
  const forked = await llmSim(home, "fork", "one", "--turn", "3", ...setting, "--id", "two", "--quiet");
  expect(forked).toEqual({ code: 0, text: "" });
  expect(readManifest(join(home, "output", "two"))?.interventions).toEqual([
    {
      turn: 3,
      config: [
        { path: "engine.params.interest_rate", value: 0.5 },
        { path: "simulation.turns", value: 5 },
      ],
    },
  ]);
  const events = await llmSim(home, "events", "two", "--turns", "3..5", "--json");
  const own = events.text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(own.at(-1)).toMatchObject({ turn_number: 5, milestone_type: "simulation_end" });
  const phase = own.find(({ name }) => name === "intervention");
  for (const event of own.filter(({ event_type }) => event_type === "DECISION"))
    expect(event.caused_by).toContain(phase.event_id);
  expect((await replayRun(join(home, "output", "two"))).same).toBe(true);
});
