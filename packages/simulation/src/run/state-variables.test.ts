import { describe, expect, it } from "vitest";
import * as z from "zod";
import {
  BaseEngine,
  type Checkpoint,
  type DecideFunction,
  type SimulationDefinition,
  type World,
} from "../index.ts";
import { defineSimulation } from "./index.ts";
import { causesOf, isState, run } from "./village.test.fixture.ts";

interface Pond extends World {
  global: { fish: number; mood?: string; prices: Record<string, { price: number }>; log: number[] };
  agents: Record<string, { caught: number; bag: { gold: number } }>;
}

/** Every action writes what its payload says, wherever it says. */
class PondEngine extends BaseEngine<Pond> {
  static readonly memory = "none";
  rules: ((draft: Pond) => void)[] = [];

  readonly actions = {
    take: this.action(z.strictObject({ amount: z.number() }), (draft, { agent_id, payload }) => {
      this.agent(draft, agent_id).caught += payload.amount;
      draft.global.fish -= payload.amount;
    }),
    divide: this.action(z.strictObject({}), (draft) => {
      draft.global.fish = draft.global.log.length / draft.global.log.length;
    }),
    put: this.action(z.strictObject({ name: z.string(), value: z.unknown() }), (draft, { payload }) => {
      Object.assign(draft.global, { [payload.name]: payload.value });
    }),
    price: this.action(z.strictObject({ price: z.number() }), (draft, { agent_id, payload }) => {
      draft.global.prices[agent_id] = payload;
    }),
    pay: this.action(z.strictObject({ gold: z.number() }), (draft, { agent_id, payload }) => {
      this.agent(draft, agent_id).bag.gold -= payload.gold;
    }),
  };

  override initialState(agents: Parameters<BaseEngine["initialState"]>[0]): Pond {
    const parts = agents.map(({ id }) => [id, { caught: 0, bag: { gold: 1 } }] as const);
    return { global: { fish: 10, prices: {}, log: [] }, agents: Object.fromEntries(parts) };
  }
}

const wants =
  (action_type: string, payload: object): DecideFunction =>
  () => ({ decision_type: "want", actions: [{ action_type, payload }] });

function pond(
  decide: DecideFunction,
  more: Partial<SimulationDefinition<unknown>> = {},
): ReturnType<typeof defineSimulation> {
  return defineSimulation({
    name: "pond",
    turns: 1,
    engine: PondEngine,
    agents: [{ name: "ann", agent: decide }],
    state_variables: {
      global: {
        fish: { type: "number", minimum: 0, maximum: 10 },
        mood: { allowed_values: ["calm", "wild"], default: "calm" },
        "prices.*.price": { minimum: 1 },
        log: { type: "array" },
      },
      agents: { caught: { type: "integer" }, "bag.gold": { minimum: 0 } },
    },
    ...more,
  });
}

describe("a write that leaves what is declared of a variable", () => {
  it.each<[string, string, object, string]>([
    [
      "too little",
      "take",
      { amount: 11 },
      "global.fish would be -1 (it is 10): expected a number from 0 to 10 (state_variables.global.fish)",
    ],
    [
      "of another type",
      "take",
      { amount: 0.5 },
      "ann.caught would be 0.5 (it is 0): expected a whole number (state_variables.agents.caught)",
    ],
    [
      "none of the allowed ones",
      "put",
      { name: "mood", value: "sad" },
      'global.mood would be "sad" (it is "calm"): expected one of "calm", "wild" (state_variables.global.mood)',
    ],
    [
      "of a name that a pattern fits",
      "price",
      { price: 0 },
      "global.prices.ann.price would be 0: expected a number of at least 1 (state_variables.global.prices.*.price)",
    ],
    [
      "below an agent's object",
      "pay",
      { gold: 2 },
      "ann.bag.gold would be -1 (it is 1): expected a number of at least 0 (state_variables.agents.bag.gold)",
    ],
    [
      "an object in the place of a number",
      "put",
      { name: "fish", value: { a: 1 } },
      'global.fish would be {"a":1}: expected a number from 0 to 10 (state_variables.global.fish)',
    ],
    [
      "an empty object in the place of a number",
      "put",
      { name: "fish", value: {} },
      "global.fish would be {}: expected a number from 0 to 10 (state_variables.global.fish)",
    ],
    [
      "no list",
      "put",
      { name: "log", value: null },
      "global.log would be null (it is []): expected a list (state_variables.global.log)",
    ],
  ])("%s refuses the action, and nothing of it stays", async (_, action_type, payload, reason) => {
    const { events, summary } = await run(pond(wants(action_type, payload)));
    const refusal = events.find(({ event_type }) => event_type === "SYSTEM");
    expect(refusal).toMatchObject({
      error_type: "state_variable",
      status: "warning",
      subject_agent_id: "ann",
      details: { reason, refused_by: "config", action_type },
    });
    expect(
      events.filter(({ turn_number }) => turn_number > 0).map(({ event_type }) => event_type),
    ).not.toContain("STATE");
    expect(causesOf(events, refusal)).toContain("ann decides want");
    expect(summary?.troubles).toMatchObject({ refusals: 1 });
  });

  it("refuses the action where it is no number that JSON can carry", async () => {
    const { events, summary } = await run(pond(wants("divide", {})));
    expect(events.find(({ event_type }) => event_type === "SYSTEM")).toMatchObject({
      error_type: "state_variable",
      details: { reason: "State fish is NaN, which JSON cannot carry", variable: "global.fish" },
    });
    expect(summary?.status).toBe("completed");
    expect((await run(pond(wants("divide", {}), { state_variables: {} }))).error).toMatchObject({
      code: "ENGINE_FAILED",
    });
  });

  it("is the engine's error where a rule makes it, named by variable and rule, and nothing of the rule stays", async () => {
    class Drying extends PondEngine {
      override afterActions(): void {
        this.rule("drought", ({ global, agents }) => {
          for (const part of Object.values(agents)) part.caught = 7;
          global.fish -= 20;
        });
      }
    }
    const { events, error } = await run(pond(wants("take", { amount: 1 }), { engine: Drying }));
    expect(error).toMatchObject({
      code: "ENGINE_FAILED",
      message:
        "pond failed in turn 1: rule drought: global.fish would be -11 (it is 9): expected a number from 0 to 10 (state_variables.global.fish)",
    });
    const failure = events.find((event) => event.event_type === "SYSTEM");
    expect(failure).toMatchObject({ error_type: "engine_error", details: { during: "rule drought" } });
    expect(events.filter(isState).filter(({ new_value }) => new_value === 7)).toEqual([]);
  });

  it("is none where the variable goes, or where nothing is said of it", async () => {
    const { summary } = await run(
      pond(wants("put", { name: "anything", value: { goes: -1 } }), {
        engine: class extends PondEngine {
          override afterActions(): void {
            this.rule("gone", ({ global }) => {
              delete global.mood;
              Reflect.deleteProperty(global, "fish");
            });
          }
        },
      }),
    );
    expect(summary).toMatchObject({ status: "completed", troubles: { refusals: 0 } });
  });
});

describe("what is declared of one agent", () => {
  it("completes what is declared of all, by name", async () => {
    const simulation = pond(wants("take", { amount: 3 }), {
      agents: [
        { name: "ann", agent: wants("take", { amount: 3 }), state_variables: { caught: { maximum: 2 } } },
        { name: "bob", agent: wants("take", { amount: 3 }) },
        { name: "cem", agent: wants("pay", { gold: 2 }), state_variables: { caught: { maximum: 2 } } },
      ],
    });
    const { events } = await run(simulation);
    expect(
      events.flatMap(({ description, event_type }) => (event_type === "SYSTEM" ? [description] : [])),
    ).toEqual([
      "ann: take refused: ann.caught would be 3 (it is 0): expected a whole number of at most 2 (agents.0.state_variables.caught)",
      "cem: pay refused: cem.bag.gold would be -1 (it is 1): expected a number of at least 0 (state_variables.agents.bag.gold)",
    ]);
  });
});

describe("who comes later", () => {
  it("begins with the defaults of its type, and is held to what is declared of it", async () => {
    class Settling extends PondEngine {
      override beforeTurn(): void {
        this.rule("settling", () => {
          this.spawn({ id: `new-${this.turn}`, type: "taker", initial_state: { caught: this.turn } });
        });
      }
    }
    const taker: DecideFunction = () => ({ decision_type: "wait" });
    const { events, error } = await run(
      pond(taker, {
        engine: Settling,
        turns: 3,
        agents: [
          { name: "ann", agent: taker, state_variables: { caught: { maximum: 2 }, age: { default: 7 } } },
        ],
        agent_types: { taker },
      }),
    );
    expect(error).toMatchObject({
      message: expect.stringContaining(
        'turn 3: rule settling: "new-3".caught would be 3: expected a whole number of at most 2 (agents.0.state_variables.caught)',
      ),
    });
    const ages = events.filter(isState).filter(({ variable_name }) => variable_name === "age");
    expect(ages.map(({ agent_id, new_value }) => [agent_id, new_value])).toEqual([
      ["ann", 7],
      ["new-1", 7],
      ["new-2", 7],
    ]);
  });
});

describe("at set-up", () => {
  it("defaults fill what the engine and the config leave out, the agent's own before the engine is asked", async () => {
    let seen: unknown;
    class Asking extends PondEngine {
      override initialState(agents: Parameters<BaseEngine["initialState"]>[0]): Pond {
        seen = agents.map(({ initial_state }) => initial_state);
        return super.initialState(agents);
      }
    }
    const { events } = await run(
      pond(wants("take", { amount: 1 }), {
        engine: Asking,
        state_variables: {
          global: { "weather.sky": { default: "blue" }, fish: { default: 3 } },
          agents: { "bag.silver": { default: 2 }, caught: { default: 5 } },
        },
      }),
    );
    expect(seen).toEqual([{ bag: { silver: 2 }, caught: 5 }]);
    const first = events.filter(isState).filter(({ turn_number }) => turn_number === 0);
    expect(
      Object.fromEntries(
        first.map(({ agent_id, variable_name, new_value }) => [
          `${agent_id ?? ""}.${variable_name}`,
          new_value,
        ]),
      ),
    ).toMatchObject({
      ".weather.sky": "blue",
      ".fish": 10,
      "ann.bag.silver": 2,
      "ann.bag.gold": 1,
      "ann.caught": 0,
    });
  });

  it("a checkpoint's state is held to it as well, and gets no defaults: what is not there went", async () => {
    const from: Checkpoint = {
      simulation_id: "pond",
      turn: 1,
      state: { global: { fish: 3, prices: {}, log: [] }, agents: { ann: { caught: 7, bag: { gold: 1 } } } },
      state_hash: "",
      memory: {},
      decided: {},
      context_memory: {},
      added: [],
      removed: [],
      paused: {},
    };
    const simulation = () => pond(wants("take", { amount: 1 }), { turns: 2 });
    const { events } = await run(simulation(), "STATE", { from });
    const began = events.filter(isState).filter(({ turn_number }) => turn_number === 0);
    expect(began.map(({ variable_name }) => variable_name)).toEqual(["fish", "log", "caught", "bag.gold"]);
    const low = { ...from, state: { ...from.state, global: { fish: -3 } } };
    expect((await run(simulation(), "STATE", { from: low })).error).toMatchObject({
      code: "SETUP_FAILED",
      message: expect.stringContaining("global.fish would be -3"),
    });
  });

  it("what the engine begins with is held to it, before there is a log", async () => {
    const simulation = pond(wants("take", { amount: 1 }), {
      state_variables: { global: { fish: { maximum: 5 } } },
    });
    const { error, events } = await run(simulation);
    expect(error).toMatchObject({
      code: "SETUP_FAILED",
      message:
        "At set-up global.fish would be 10: expected a number of at most 5 (state_variables.global.fish)",
    });
    expect(events).toEqual([]);
  });

  it.each<[string, object, string]>([
    [
      "a default outside",
      { fish: { minimum: 1, default: 0 } },
      "state_variables.global.fish.default: expected a number of at least 1",
    ],
    ["a name that is none", { "a..b": {} }, "state_variables.global.a..b: expected a variable's name"],
  ])("a definition with %s is refused", (_, global, message) => {
    expect(() => pond(wants("take", {}), { state_variables: { global: { ...global } } })).toThrow(message);
  });
});
