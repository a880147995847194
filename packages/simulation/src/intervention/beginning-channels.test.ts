// What an agent's constructor reads of the state that it begins with, it may keep: its decisions rest on that.
import type { JsonObject, JsonValue } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import {
  type Agent,
  type AgentSetup,
  BaseEngine,
  type Decision,
  defineSimulation,
  type Simulation,
  type World,
} from "../index.ts";
import { testClaim } from "./claim.test.fixture.ts";
import { recorded } from "./recording.test.fixture.ts";

interface Farm extends World {
  global: Record<string, never>;
  /** `first` stands for the part itself where its coming is named. */
  agents: Record<string, { first: number; seed: { kind: string; grams?: number }; tools: string[] }>;
}

type Part = Farm["agents"][string];

class FarmEngine extends BaseEngine<Farm> {
  static readonly memory = "none";
  readonly actions = {};
}

interface Channel {
  keeps: (setup: AgentSetup) => JsonValue | undefined | (() => JsonValue | undefined);
  changed: Partial<Part>;
}

function seedOf({ initial_state: { seed } }: AgentSetup): JsonObject {
  if (typeof seed !== "object" || seed === null || Array.isArray(seed))
    throw new TypeError("there is no seed");
  return seed;
}

const rye = { seed: { kind: "rye" } };

const channels: Record<string, Channel> = {
  "a value": { keeps: (setup) => seedOf(setup).kind, changed: rye },
  "an array": {
    keeps: ({ initial_state }) => JSON.stringify(initial_state.tools),
    changed: { tools: ["hoe"] },
  },
  "a copy": { keeps: (setup) => structuredClone(seedOf(setup)).kind, changed: rye },
  "its spread": { keeps: ({ initial_state }) => JSON.stringify({ ...initial_state }), changed: rye },
  "keys of what it begins with": {
    keeps: (setup) => Object.keys(seedOf(setup)).length,
    changed: { seed: { kind: "oats", grams: 5 } },
  },
  "the setup, read later": { keeps: (setup) => () => seedOf(setup).kind, changed: rye },
};

function simulationOf({ keeps, changed }: Channel, isChanged: boolean): Simulation {
  class Farmer implements Agent {
    static readonly memory = "none";
    readonly kept: ReturnType<Channel["keeps"]>;
    constructor(setup: AgentSetup) {
      this.kept = keeps(setup);
    }
    decide(): Decision {
      return { decision_type: "sow", new_value: typeof this.kept === "function" ? this.kept() : this.kept };
    }
  }
  const initial_state = { first: 0, seed: { kind: "oats" }, tools: [], ...(isChanged && changed) };
  return defineSimulation({
    name: "farm",
    turns: 2,
    engine: FarmEngine,
    agents: [{ name: "ann", agent: Farmer, initial_state }],
  });
}

describe.each(["STATE", "DETAIL"] as const)("at %s, a decision leads to", (verbosity) => {
  it.each(Object.entries(channels))("%s that its agent keeps", async (_name, channel) => {
    const left = await recorded(simulationOf(channel, false), verbosity);
    const right = await recorded(simulationOf(channel, true), verbosity);
    const claim = testClaim(left, right, ({ turn_number }) => turn_number === 0);
    expect(claim.differing).toBeGreaterThan(0);
    expect(claim.unexplained.map(({ text }) => text)).toEqual([]);
  });
});

it("leads nowhere else where nothing of it was read", async () => {
  const { events } = await recorded(simulationOf({ keeps: ({ id }) => id, changed: {} }, false), "STATE");
  const decision = events.find(({ event_type }) => event_type === "DECISION");
  const names = new Map(
    events.map((event) => [event.event_id, event.event_type === "STATE" && event.variable_name]),
  );
  expect(decision?.caused_by?.map((id) => names.get(id))).toEqual([false, "first"]);
});
