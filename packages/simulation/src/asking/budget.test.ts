import { describe, expect, it } from "vitest";
import type { DecideFunction } from "../index.ts";
import { village } from "../run/village.test.fixture.ts";
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
