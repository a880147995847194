import { runInThisContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { isAgentType } from "../agent/index.ts";
import { type AgentType, type DecideFunction, defineSimulation, isRunError } from "../index.ts";
import {
  causesOf,
  earner,
  idle,
  label,
  run,
  type View,
  type Village,
  VillageEngine,
  village,
} from "./village.test.fixture.ts";

/** An agent as JavaScript gives it, which no compiler has looked at. */
function untyped(source: string): AgentType {
  const code: unknown = runInThisContext(source);
  if (!isAgentType(code)) throw new Error("no function");
  return code;
}

describe("an option there is none of is refused by name, before anything runs", () => {
  it("of runSimulation", async () => {
    const options: object = { outputDri: "x" };
    const { error } = await run(village({ alice: idle }), "DETAIL", options);
    expect(isRunError(error) && error.code).toBe("SETUP_FAILED");
    expect(String(error)).toContain('"outputDri" is no option of runSimulation; did you mean "outputDir"?');
  });

  it("of an agent, which is named by its place: it may have no name", () => {
    const nameless = Object.assign({ name: "bob", agent: idle }, { id: "bob" });
    const define = () =>
      defineSimulation({
        name: "village",
        turns: 1,
        engine: VillageEngine,
        agents: [{ name: "alice", agent: idle }, nameless],
      });
    expect(define).toThrow('"id" is no option of agents[1]');
  });
});

describe("an agent that fails", () => {
  it.each<[string, AgentType, RegExp]>([
    [
      "throws",
      () => {
        throw new Error("no idea");
      },
      /no idea/,
    ],
    ["rejects", async () => Promise.reject(new Error("model is down")), /model is down/],
    [
      "throws no error",
      () => {
        throw "a string";
      },
      /a string/,
    ],
    ["returns nothing", untyped("() => undefined"), /returned undefined that is no decision/],
    ["returns text", untyped('() => "buy"'), /returned a string that is no decision/],
    ["returns another shape", untyped("() => ({ actions: 1 })"), /decision_type: /],
    ["misspells a field", () => Object.assign({ decision_type: "x", action: [] }), /action/],
    [
      "writes to its observation",
      (view: View) => {
        view.me.wealth = 1e6;
        return { decision_type: "cheat" };
      },
      /read-only/,
    ],
  ])("because it %s sits the turn out, and the run goes on", async (_, broken, reason) => {
    const { events, summary } = await run(village({ alice: broken, bob: earner }));
    expect(summary).toMatchObject({ status: "completed", turns: 2 });
    const failures = events.filter((event) => event.event_type === "SYSTEM");
    expect(failures).toHaveLength(2);
    expect(failures[0]).toMatchObject({
      status: "failure",
      error_type: "agent_error",
      subject_agent_id: "alice",
      description: expect.stringMatching(reason),
    });
    expect(failures[0]?.description).not.toContain("\n");
    expect(causesOf(events, failures[0])).toContain("turn_start");
    expect(events.filter((event) => event.event_type === "DECISION")).toHaveLength(2);
  });
});

describe("an engine that fails", () => {
  it("in turn 7 ends the run as failed, with the log up to there, and the caller is told", async () => {
    const simulation = village({ alice: earner }, { turns: 10, params: { failAt: 7 } });
    const { events, error } = await run(simulation);
    expect(isRunError(error) && error).toMatchObject({
      code: "ENGINE_FAILED",
      message: "village failed in turn 7: afterActions: the engine broke",
      details: { turn: 7 },
    });
    const [failure, end] = events.slice(-2);
    expect(failure).toMatchObject({
      event_type: "SYSTEM",
      status: "failure",
      error_type: "engine_error",
      turn_number: 7,
      description: "Failed in turn 7: afterActions: the engine broke",
    });
    expect(causesOf(events, failure)).toEqual(["turn_start"]);
    expect(end).toMatchObject({ milestone_type: "simulation_end", details: { status: "failed" } });
  });

  it("with nothing to say of it has failed all the same", async () => {
    class Sulking extends VillageEngine {
      override afterActions(): void {
        throw undefined;
      }
    }
    const createEngine = (setup: object) => new Sulking(Object.assign(setup));
    const { error } = await run({ ...village({ alice: idle }), createEngine });
    expect(isRunError(error) && error.message).toBe("village failed in turn 1: undefined");
  });

  it("before the first turn leaves a log of that", async () => {
    class Broken extends VillageEngine {
      override initialState(): Village {
        throw new Error("no world");
      }
    }
    const simulation = { ...village({}), createEngine: (setup: object) => new Broken(Object.assign(setup)) };
    const { events, error } = await run(simulation);
    expect(isRunError(error) && error.code).toBe("ENGINE_FAILED");
    expect(events.map(label)).toEqual(["simulation_start", "failure engine_error", "simulation_end"]);
    expect(causesOf(events, events[1])).toEqual(["simulation_start"]);
  });

  it("in an action's effect says which decision it was about", async () => {
    const crasher: DecideFunction = () => ({ decision_type: "try", actions: [{ action_type: "crash" }] });
    const { events, error } = await run(village({ alice: crasher }));
    expect(isRunError(error)).toBe(true);
    expect(causesOf(events, events.at(-2))).toEqual(["alice decides try", "alice.wealth = 100"]);
  });
});

describe("a run that ends early", () => {
  it("because the engine says so, is completed", async () => {
    const { summary, events } = await run(village({ alice: idle }, { turns: 9, params: { stopAt: 3 } }));
    expect(summary).toMatchObject({ status: "completed", turns: 3, reason: "Stopped in turn 3: enough" });
    expect(events.at(-1)).toMatchObject({ description: "Stopped in turn 3: enough" });
  });

  it("because its signal aborts between turns, is interrupted", async () => {
    const controller = new AbortController();
    const { summary, events } = await run(village({ alice: idle }, { turns: 9 }), "DETAIL", {
      signal: controller.signal,
      onTurn: ({ turn }) => turn === 4 && controller.abort(),
    });
    expect(summary).toMatchObject({ status: "interrupted", turns: 4 });
    expect(events.at(-1)).toMatchObject({ details: { status: "interrupted" } });
  });

  it("does not wait for agents that never answer", async () => {
    const controller = new AbortController();
    const silent: DecideFunction = () => new Promise(() => {});
    setTimeout(() => controller.abort(), 20);
    const { summary } = await run(village({ alice: silent, bob: idle }), "DETAIL", {
      signal: controller.signal,
    });
    expect(summary).toMatchObject({ status: "interrupted", turns: 0 });
  });
});
