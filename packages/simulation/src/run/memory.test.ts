import type { Event, JsonObject } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import type { Agent, AgentType, DecideFunction, RunOptions } from "../index.ts";
import { causesOf, label, run, village } from "./village.test.fixture.ts";

function decisions(events: readonly Event[]) {
  return events.filter((event) => event.event_type === "DECISION");
}

async function played(agent: AgentType, turns: number, options: RunOptions = {}): Promise<Event[]> {
  const { events, error } = await run(village({ alice: agent }, { turns }), "STATE", options);
  expect(error).toBeUndefined();
  return events;
}

describe("what a decision did to the agent's memory is on record", () => {
  it("key by key, apart from keys that are gone, so that null is a value", async () => {
    const decide: DecideFunction = (_, { turn, memory }) => {
      if (turn === 1) Object.assign(memory, { plan: "wait", seen: [1], mood: null });
      if (turn === 2 && Array.isArray(memory.seen)) memory.seen.push(2);
      if (turn === 3) delete memory.plan;
      if (turn === 4) memory.plan = null;
      return { decision_type: "go" };
    };
    const details = decisions(await played(Object.assign(decide, { memory: "tracked" }), 5)).map(
      (decision) => decision.details,
    );
    expect(details).toEqual([
      { memory: { plan: "wait", seen: [1], mood: null } },
      { memory: { seen: [1, 2] } },
      { forgotten: ["plan"] },
      { memory: { plan: null } },
      undefined,
    ]);
  });

  it.each(["memory", "forgotten", "remembered", "observed"])(
    "and nothing of the agent's own is taken for it: details.%s is refused with what to do",
    async (name) => {
      const events = await played(() => ({ decision_type: "go", details: { [name]: { a: 1 } } }), 1);
      const failure = events.find(({ event_type }) => event_type === "SYSTEM");
      expect(failure?.description).toContain(`details.${name}: this name is the simulation's`);
      expect(failure?.description).toContain("choose another");
    },
  );

  const tracked: DecideFunction = Object.assign<DecideFunction, object>(
    (_, { memory }) => ({ decision_type: typeof memory.plan === "string" ? memory.plan : "none" }),
    { memory: "tracked" },
  );
  const from = (context_memory: Record<string, JsonObject>): RunOptions => ({
    from: {
      simulation_id: "before",
      turn: 3,
      state: { global: { rate: 0, taxes: 0 }, agents: { alice: { wealth: 1 } } },
      state_hash: "",
      memory: {},
      decided: { alice: 3 },
      context_memory,
      added: [],
      removed: [],
      paused: {},
    },
  });

  it("from the start on where a run goes on from a checkpoint, and the start is the cause of what was read of it", async () => {
    const events = await played(tracked, 4, from({ alice: { plan: "sell" } }));
    expect(events[0]).toMatchObject({ details: { memory: { alice: { plan: "sell" } } } });
    const [first] = decisions(events);
    expect(first?.decision_type).toBe("sell");
    expect(causesOf(events, first)).toEqual(["turn_start", "alice.wealth = 1", "simulation_start"]);
    expect((await played(tracked, 4, from({})))[0]?.details).not.toHaveProperty("memory");
    const { events: coarse } = await run(
      village({ alice: tracked }, { turns: 4 }),
      "MILESTONE",
      from({ alice: { plan: "sell" } }),
    );
    expect(coarse[0]?.details).not.toHaveProperty("memory");
  });
});

describe("where nobody knows what an agent remembers", () => {
  /** Fails in turn 3 because of what it saw in turn 1. */
  class Brooding implements Agent {
    #worries = 0;
    decide(_: unknown, context: { turn: number; detail(name: string, values: object): unknown }) {
      this.#worries++;
      context.detail("brooding", { worries: this.#worries });
      if (context.turn === 3) throw new Error("too much");
      return { decision_type: `brood-${context.turn}` };
    }
  }

  it("its decision before is a cause of each one, of what it records on the way, and of its failing", async () => {
    const { events } = await run(village({ alice: Brooding }, { turns: 4 }), "DETAIL");
    const told = (text: string) => events.find((event) => label(event).includes(text));
    expect(told("brood-1")?.details).toBeUndefined();
    expect(told("brood-2")?.details).toEqual({ remembered: { turn: 1 } });
    expect(causesOf(events, told("brood-2"))).toContain("alice decides brood-1");
    expect(told("agent_error")?.details).toMatchObject({ remembered: { turn: 2 } });
    expect(causesOf(events, told("agent_error"))).toContain("alice decides brood-2");
    expect(causesOf(events, told("brood-4"))).toEqual(
      expect.arrayContaining(["failure agent_error alice", "alice decides brood-2"]),
    );
    const steps = events.filter((event) => label(event) === "detail brooding");
    expect(causesOf(events, steps[1])).toContain("alice decides brood-1");
  });

  it("its class says so by a word that is known, or the run does not begin", async () => {
    const Wrong = class Wrong extends Brooding {
      static readonly memory = "nune";
    };
    const { error } = await run(village({ alice: Wrong })).catch((thrown: unknown) => ({ error: thrown }));
    expect(String(error)).toContain(
      'Agent alice cannot be made: static memory of Wrong is "nune"; expected "none", "tracked" or "outside"',
    );
  });
});
