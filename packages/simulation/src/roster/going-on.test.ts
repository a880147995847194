import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readEvents, verifyRun } from "@llm-sim/events/read";
import type { Event } from "@llm-sim/events/schema";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type AgentContext, type Checkpoint, canonicalLog, readCheckpoint, runSimulation } from "../index.ts";
import { hamlet, type Script, sitter } from "./hamlet.test.fixture.ts";

let output: string;

beforeAll(async () => {
  output = await mkdtemp(join(tmpdir(), "llm-sim-roster-"));
});

afterAll(() => rm(output, { recursive: true }));

/** Grows older in its memory, and draws. */
class Pupil {
  static readonly memory = "tracked";
  decide(_: unknown, { memory, random }: AgentContext) {
    memory.lessons = Number(memory.lessons ?? 0) + 1;
    return { decision_type: `lesson ${memory.lessons}`, new_value: random.integer(1, 1000) };
  }
}

const course: Script = {
  afterActions: ({ turn, rule, spawn, remove, pause }) => {
    if (turn === 1)
      rule("births", () => ["abe", "bea", "old"].map((id) => spawn({ id, type: "pupil", params: { n: 1 } })));
    if (turn === 2) {
      rule("deaths", () => {
        remove("old");
        remove("bob");
      });
      rule("illness", () => pause("abe", 3));
      rule("prison", () => pause("cid"));
    }
    if (turn === 4) rule("births", () => spawn({ id: "eve", type: "pupil" }));
  },
};

const place = (script = course, agents: Parameters<typeof hamlet>[1] = {}) =>
  hamlet(script, {
    agents: { ann: sitter, bob: sitter, cid: sitter },
    agent_types: { pupil: Pupil },
    turns: 7,
    checkpoint_interval: 3,
    ...agents,
  });

async function eventsOf(directory: string | undefined): Promise<Event[]> {
  const events: Event[] = [];
  for await (const { event } of readEvents(directory ?? "")) events.push(event);
  return events;
}

async function checkpointOf(turn: number): Promise<{ directory: string; from: Checkpoint }> {
  const { directory = "" } = await runSimulation(place(), { outputDir: output, verbosity: "DETAIL" });
  return { directory, from: await readCheckpoint(join(directory, "checkpoints", `turn_${turn}.json`)) };
}

describe("a checkpoint", () => {
  it("holds who came, who went for good, and who sits out", async () => {
    const { from } = await checkpointOf(3);
    expect(from.added).toEqual([
      { id: "abe", type: "pupil", turn: 1, params: { n: 1 }, initial_state: { age: 0 } },
      { id: "bea", type: "pupil", turn: 1, params: { n: 1 }, initial_state: { age: 0 } },
    ]);
    expect(from.removed).toEqual(["old", "bob"]);
    expect(from.paused).toEqual({ abe: 2, cid: null });
    expect(from.context_memory).toEqual({ abe: { lessons: 1 }, bea: { lessons: 2 } });
  });

  it("is enough to go on as if nothing had been in between", async () => {
    const { directory, from } = await checkpointOf(3);
    const rest = await runSimulation(place(), { outputDir: output, verbosity: "DETAIL", from });
    expect((await verifyRun(rest.directory ?? "")).result).toBe("ok");
    const later = async (of: string | undefined) =>
      canonicalLog(await eventsOf(of))
        .map(({ causes, ...event }) => ({ ...event, causes: causes.filter((key) => /^[4-7]\./.test(key)) }))
        .filter(({ key }) => /^[4-7]\./.test(key));
    expect(await later(rest.directory)).toEqual(await later(directory));
    expect(JSON.stringify(await later(directory))).toContain("eve came");
  });

  it("has the run that goes on from it tell who came and who sits out, and name that as a cause", async () => {
    const { from } = await checkpointOf(3);
    const { directory, simulation_id } = await runSimulation(place(), {
      outputDir: output,
      verbosity: "ACTION",
      from,
    });
    const events = await eventsOf(directory);
    const told = events.filter(({ event_type, turn_number }) => event_type === "SYSTEM" && turn_number === 0);
    const by = `the checkpoint of turn 3 of ${from.simulation_id}`;
    expect(told.map(({ description }) => description)).toEqual([
      `cid sits out until it is resumed, by ${by}`,
      `abe came, of type pupil, by ${by}`,
      `abe sits out for 2 turns, by ${by}`,
      `bea came, of type pupil, by ${by}`,
    ]);
    const first = events.find((event) => event.event_type === "DECISION" && event.agent_id === "bea");
    expect(first?.caused_by).toContain(told[3]?.event_id);
    expect(simulation_id).not.toBe(from.simulation_id);
  });

  it("keeps ids from being used again", async () => {
    const { from } = await checkpointOf(3);
    const again: Script = {
      afterActions: ({ rule, spawn }) => rule("births", () => spawn({ id: "old", type: "pupil" })),
    };
    await expect(runSimulation(place(again), { outputDir: output, from })).rejects.toThrow(
      /there was an agent "old" already/,
    );
  });

  it("of agents that the simulation has not is refused in words", async () => {
    const { from } = await checkpointOf(3);
    const goOn = async (more: Parameters<typeof hamlet>[1]) =>
      runSimulation(place(course, more), { outputDir: output, from });
    await expect(goOn({ agents: { ann: sitter } })).rejects.toThrow(
      /has a part for "cid", which is no agent of this simulation/,
    );
    await expect(goOn({ agent_types: {} })).rejects.toThrow(
      /Agent abe cannot be made: there is no type of agents "pupil"/,
    );
  });

  it("of a run from before there were comings is read as one without", async () => {
    const { from } = await checkpointOf(3);
    const { added, removed, paused, ...older } = {
      ...from,
      state: { ...from.state, agents: { ann: { age: 1 } } },
    };
    const { checkpointSchema } = await import("../index.ts");
    expect(checkpointSchema.parse(older)).toMatchObject({ added: [], removed: [], paused: {} });
  });
});

it("random numbers of an agent that came are its own, whoever came before it", async () => {
  const draws = async (ids: readonly string[]) => {
    const { directory } = await runSimulation(
      place({
        afterActions: ({ turn, rule, spawn }) => {
          if (turn === 1) rule("births", () => ids.map((id) => spawn({ id, type: "pupil" })));
        },
      }),
      { outputDir: output, verbosity: "DECISION" },
    );
    return (await eventsOf(directory)).flatMap((event) =>
      event.event_type === "DECISION" && event.agent_id === "eve" ? [event.new_value] : [],
    );
  };
  expect(await draws(["eve"])).toHaveLength(6);
  expect(await draws(["abe", "eve"])).toEqual(await draws(["eve"]));
});
