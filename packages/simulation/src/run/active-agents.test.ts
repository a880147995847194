import { describe, expect, it } from "vitest";
import { defineSimulation } from "../index.ts";
import { causesOf, earner, idle, isState, run, VillageEngine, village } from "./village.test.fixture.ts";

describe("an agent that the engine takes out of the world", () => {
  class Plague extends VillageEngine {
    override beforeTurn(): void {
      if (this.turn === 2) this.rule("plague", (draft) => delete draft.agents.alice);
    }
  }

  it("decides no more, and its variables are removed", async () => {
    const { events, summary } = await run({
      ...village({ alice: earner, bob: earner }, { turns: 3 }),
      createEngine: (setup) => new Plague({ ...setup, params: {} }),
    });
    expect(summary?.status).toBe("completed");
    const deciders = events.flatMap((event) => (event.event_type === "DECISION" ? [event.agent_id] : []));
    expect(deciders).toEqual(["alice", "bob", "bob", "bob"]);
    const removed = events.filter(isState).find((event) => event.change === "removed");
    expect(removed).toMatchObject({ agent_id: "alice", variable_name: "wealth", new_value: null });
    expect(causesOf(events, removed)).toEqual(["detail plague"]);
  });
});

it("agents' names are checked", () => {
  const agents = (...names: string[]) => names.map((name) => ({ name, agent: idle }));
  const define = (...names: string[]) =>
    defineSimulation({ name: "x", turns: 1, engine: VillageEngine, params: {}, agents: agents(...names) });
  expect(() => define("a", "b", "a")).toThrow(/Agent "a": is taken/);
  expect(() => define("a,b")).toThrow(/Agent "a,b": expected 1-128 characters/);
});
