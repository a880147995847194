import { existsSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { verifyRun } from "@llm-sim/events/read";
import { readManifest } from "@llm-sim/events/run";
import { describe, expect, it } from "vitest";
import { outputOfTest, pond, record } from "../again/again.test.fixture.ts";
import { forkRun, replayRun, resumeRun } from "../index.ts";

const output = outputOfTest();

const linesOf = (directory: string): string[] =>
  readFileSync(join(directory, "events.jsonl"), "utf8").split("\n").filter(Boolean);

describe("a fork", () => {
  it("has the parent's turns up to its own, line for line, and then its own", async () => {
    const simulation = pond();
    const parent = await record(simulation, output.directory, { verbosity: "DETAIL" });
    const {
      run,
      turn,
      parent: from,
    } = await forkRun(parent, {
      simulation,
      turn: 3,
      set: [{ variable: "fish", value: 7 }],
      simulationId: "forked",
    });
    expect([turn, run.status, run.turns]).toEqual([3, "completed", 4]);
    const directory = join(output.directory, "forked");
    const [ours, theirs] = [linesOf(directory), linesOf(parent)];
    const own = ours.findIndex((line) => JSON.parse(line).turn_number === 3);
    expect(own).toBeGreaterThan(20);
    expect(ours.slice(0, own)).toEqual(
      theirs
        .slice(0, own)
        .map((line) => line.replace('"simulation_id":"recorded"', '"simulation_id":"forked"')),
    );
    expect(readManifest(directory)).toMatchObject({
      simulation_id: "forked",
      status: "completed",
      parent: { simulation_id: "recorded", turn: 2, event_id: from.event_id },
      interventions: [{ turn: 3, set: [{ variable: "fish", value: 7 }] }],
      counts: { emitted: ours.length, written: ours.length, suppressed: 0, dropped: 0 },
    });
    expect(from.event_id).toBe(JSON.parse(ours[own - 1] ?? "").event_id);
    expect(await verifyRun(directory)).toMatchObject({ result: "ok" });
  });

  it("replays when its parent is gone", async () => {
    const simulation = pond();
    const parent = await record(simulation, output.directory, { verbosity: "DETAIL" });
    const wanted = linesOf(parent)
      .map((line) => JSON.parse(line))
      .find(
        ({ event_type, agent_id, turn_number }) =>
          event_type === "ACTION" && agent_id === "ann" && turn_number === 2,
      );
    await forkRun(parent, {
      simulation,
      without: [wanted.event_id],
      decide: [{ agent_id: "bob", decision: [{ action_type: "take", payload: { amount: 9 } }] }],
      simulationId: "forked",
    });
    await rm(parent, { recursive: true });
    const report = await replayRun(join(output.directory, "forked"), { simulation });
    expect(report).toMatchObject({ same: true, recalled: { turns: 4 } });
  });

  it("can be forked, before and behind its own first turn", async () => {
    const simulation = pond();
    const parent = await record(simulation, output.directory, { verbosity: "STATE" });
    const common = { simulation, set: [{ variable: "fish", value: 7 }] };
    await forkRun(parent, { ...common, turn: 2, simulationId: "child" });
    const child = join(output.directory, "child");
    await forkRun(child, {
      ...common,
      turn: 4,
      set: [{ variable: "mood", value: 1 }],
      simulationId: "later",
    });
    await forkRun(child, { ...common, turn: 1, simulationId: "earlier" });
    expect(readManifest(join(output.directory, "later"))?.interventions).toEqual([
      { turn: 2, set: [{ variable: "fish", value: 7 }] },
      { turn: 4, set: [{ variable: "mood", value: 1 }] },
    ]);
    expect(readManifest(join(output.directory, "earlier"))?.interventions).toEqual([
      { turn: 1, set: [{ variable: "fish", value: 7 }] },
    ]);
    for (const id of ["later", "earlier"]) {
      expect(await replayRun(join(output.directory, id), { simulation }), id).toMatchObject({ same: true });
      expect(await verifyRun(join(output.directory, id)), id).toMatchObject({ result: "ok" });
    }
  });
});

describe("a fork that cannot be made says why, and leaves nothing behind", () => {
  const SET = [{ variable: "fish", value: 7 }];

  it.each<[string, Parameters<typeof forkRun>[1], string]>([
    [
      "no such variable",
      { turn: 3, set: [{ variable: "fsh", value: 7 }] },
      'no variable "fsh" at the start of turn 3; did you mean "fish"?',
    ],
    [
      "no such agent",
      { turn: 3, decide: [{ agent_id: "anne", decision: [] }] },
      'no agent "anne" at the start of turn 3; did you mean "ann"?',
    ],
    ["no turn", { set: SET }, "The first turn that differs is not given"],
    ["the set-up", { turn: 0, set: SET }, "Turn 0 is the set-up"],
    ["a turn behind the last", { turn: 5, set: SET }, "recorded has 4 turns: there is no turn 5"],
    [
      "no such event",
      { without: ["01M892BP8A0000000000000001"] },
      "recorded has no event 01M892BP8A0000000000000001",
    ],
    ["a wrong id", { turn: 3, simulationId: "../x" }, "is no run id"],
    ["an id that is taken", { turn: 3, simulationId: "recorded" }, "There is a run recorded already"],
  ])("%s", async (_, options, message) => {
    const simulation = pond();
    const parent = await record(simulation, output.directory, { verbosity: "STATE" });
    await expect(forkRun(parent, { simulation, simulationId: "forked", ...options })).rejects.toThrow(
      message,
    );
    expect(readdirSync(output.directory)).toEqual(["recorded"]);
  });

  it("a run that does not come out again as it was", async () => {
    const simulation = pond({ rule: () => Math.random() });
    const parent = await record(simulation, output.directory, { verbosity: "STATE" });
    await expect(forkRun(parent, { simulation, turn: 4, set: SET })).rejects.toThrow(
      /^recorded cannot be forked at turn 4: turn 2 does not come out again as its log has it .*llm-sim replay recorded says more\.$/,
    );
    expect(readdirSync(output.directory)).toEqual(["recorded"]);
    // Up to there it does.
    expect((await forkRun(parent, { simulation, turn: 2, set: SET })).run.status).toBe("completed");
  });

  it("an interrupt before its first own turn", async () => {
    const simulation = pond();
    const parent = await record(simulation, output.directory, { verbosity: "STATE" });
    const { run } = await forkRun(parent, {
      simulation,
      turn: 3,
      set: SET,
      simulationId: "forked",
      signal: AbortSignal.abort(),
    });
    expect(run.status).toBe("interrupted");
    expect(existsSync(join(output.directory, "forked"))).toBe(false);
    expect(readdirSync(output.directory)).toEqual(["recorded"]);
  });
});

it("a fork that was cut off is resumed as one", async () => {
  const simulation = pond();
  const parent = await record(simulation, output.directory, { verbosity: "STATE" });
  const cut = new AbortController();
  await forkRun(parent, {
    simulation,
    turn: 2,
    set: [{ variable: "fish", value: 7 }],
    decide: [{ agent_id: "bob", decision: [] }],
    simulationId: "forked",
    signal: cut.signal,
    onTurn: ({ turn }) => {
      if (turn === 3) cut.abort("SIGINT");
    },
  });
  const directory = join(output.directory, "forked");
  expect(readManifest(directory)).toMatchObject({ status: "interrupted", parent: { turn: 1 } });
  await rm(parent, { recursive: true });
  expect(await resumeRun(directory, { simulation })).toMatchObject({ status: "completed" });
  expect(readManifest(directory)).toMatchObject({ status: "completed", parent: { turn: 1 } });
  expect(await replayRun(directory, { simulation })).toMatchObject({ same: true, recalled: { turns: 4 } });
  expect(await verifyRun(directory)).toMatchObject({ result: "ok" });
});
