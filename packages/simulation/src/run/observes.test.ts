import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { readEvents } from "@llm-sim/events/read";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import {
  BaseEngine,
  type Checkpoint,
  type DecideFunction,
  defineSimulation,
  readCheckpoint,
  runSimulation,
  type SimulationDefinition,
  type World,
} from "../index.ts";
import { run } from "./village.test.fixture.ts";

interface Town extends World {
  global: {
    price: number;
    secret: number;
    offers: Record<string, { price: number; cost: number }>;
    news: string[];
  };
  agents: Record<string, { wealth: number; health: number; bag: { gold: number; lead: number } }>;
}

class TownEngine extends BaseEngine<Town> {
  static readonly memory = "none";
  readonly actions = {};

  override initialState(agents: Parameters<BaseEngine["initialState"]>[0]): Town {
    const part = (index: number) => ({ wealth: 100 + index, health: 5, bag: { gold: index, lead: 9 } });
    return {
      global: {
        price: 10,
        secret: 1,
        offers: { ann: { price: 3, cost: 2 }, "gpt-4.1": { price: 4, cost: 1 } },
        news: ["a"],
      },
      agents: Object.fromEntries(agents.map(({ id }, index) => [id, part(index)])),
    };
  }

  override afterActions(): void {
    this.rule("secrets", ({ global }) => {
      global.secret += 1;
    });
  }
}

/** What the default observation has, where it may all be seen. */
interface Shown {
  me: Town["agents"][string];
  world: Town["global"];
  others: Town["agents"];
}

type Observes = SimulationDefinition<unknown>["observes"];
const idle: DecideFunction = () => ({ decision_type: "wait" });

/** What ann, of ann, bob and gpt-4.1, makes of what she sees. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- what it looks at is the look's to say
async function seen<Observation = Shown>(
  observes: Observes,
  look: (observation: Observation) => unknown,
  more: Partial<SimulationDefinition<unknown>> = {},
) {
  const decide: DecideFunction<Observation> = (observation) => ({
    decision_type: "say",
    new_value: look(observation),
  });
  const simulation = defineSimulation({
    name: "town",
    turns: 1,
    engine: TownEngine,
    agents: [
      { name: "ann", agent: decide, ...(observes && { observes }) },
      { name: "bob", agent: idle },
      { name: "gpt-4.1", agent: idle },
    ],
    ...more,
  });
  const { events, error } = await run(simulation);
  if (error) throw error;
  const failure = events.find((event) => event.event_type === "SYSTEM");
  if (failure) throw new Error(failure.description);
  const decision = events.find((event) => event.event_type === "DECISION" && event.agent_id === "ann");
  if (decision?.event_type !== "DECISION") throw new Error("ann did not decide");
  const causes = (decision.caused_by ?? []).flatMap((id) => events.filter(({ event_id }) => event_id === id));
  return {
    value: decision.new_value,
    causes: causes
      .flatMap((cause) =>
        cause.event_type === "STATE" ? [`${cause.agent_id ?? ""}.${cause.variable_name}`] : [],
      )
      // That ann is there at all is told by the first of her variables.
      .filter((name) => name !== "ann.wealth")
      .toSorted(),
    details: decision.details,
  };
}

const copy = (observation: unknown): unknown => JSON.parse(JSON.stringify(observation));

describe("what an agent observes", () => {
  it("is what the engine shows, where nothing is said", async () => {
    const { value } = await seen(undefined, copy);
    expect(value).toMatchObject({ me: { health: 5 }, world: { secret: 1 } });
  });

  it.each<[string, Observes, unknown]>([
    ["a variable of its own", ["wealth"], { me: { wealth: 100 }, world: {} }],
    ["one below", ["bag.gold"], { me: { bag: { gold: 0 } }, world: {} }],
    ["all its own", ["me"], { me: { wealth: 100, health: 5, bag: { gold: 0, lead: 9 } }, world: {} }],
    ["one of the world", ["global.price"], { me: {}, world: { price: 10 } }],
    [
      "a node of the world",
      ["global.offers"],
      { me: {}, world: { offers: { ann: { price: 3, cost: 2 }, "gpt-4.1": { price: 4, cost: 1 } } } },
    ],
    [
      "some of each member",
      ["global.offers.*.price"],
      { me: {}, world: { offers: { ann: { price: 3 }, "gpt-4.1": { price: 4 } } } },
    ],
    [
      "a key with a dot",
      ['global.offers."gpt-4.1".cost'],
      { me: {}, world: { offers: { "gpt-4.1": { cost: 1 } } } },
    ],
    ["one of another agent", ["bob.wealth"], { me: {}, world: {}, others: { bob: { wealth: 101 } } }],
    [
      "one of an agent with a dot",
      ["gpt-4.1.wealth"],
      { me: {}, world: {}, others: { "gpt-4.1": { wealth: 102 } } },
    ],
    [
      "one of everyone",
      ["agents.*.wealth"],
      { me: { wealth: 100 }, world: {}, others: { bob: { wealth: 101 }, "gpt-4.1": { wealth: 102 } } },
    ],
    [
      "everyone's, another way to write it",
      ["*.bag.gold"],
      {
        me: { bag: { gold: 0 } },
        world: {},
        others: { bob: { bag: { gold: 1 } }, "gpt-4.1": { bag: { gold: 2 } } },
      },
    ],
    ["nothing", [], { me: {}, world: {} }],
    ["a list", ["global.news"], { me: {}, world: { news: ["a"] } }],
  ])("is %s", async (_, observes, expected) => {
    expect((await seen(observes, copy)).value).toEqual(expected);
    expect(
      (await seen(observes, (o) => JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(o)))))).value,
    ).toEqual(expected);
  });

  it("is not there where it is not visible: not its key, its truth, nor what console.log shows", async () => {
    const { value, causes } = await seen(["wealth", "agents.*.bag.gold"], ({ me, world, others }) => [
      "health" in me,
      me.health === undefined,
      Object.keys(me),
      Object.keys(world),
      "secret" in world,
      Boolean(others.bob?.wealth),
      Object.hasOwn(others, "ann"),
      "zed" in others,
      inspect(me),
      inspect(others),
      others.bob?.bag.lead ?? null,
    ]);
    expect(value).toEqual([
      false,
      true,
      ["wealth", "bag"],
      [],
      false,
      false,
      false,
      false,
      "{ wealth: 100, bag: { gold: 0 } }",
      "{ bob: { bag: { gold: 1 } }, 'gpt-4.1': { bag: { gold: 2 } } }",
      null,
    ]);
    expect(causes.filter((name) => /health|secret|lead/.test(name))).toEqual([]);
  });

  it("is caused by what of it is read, and by nothing that is not visible", async () => {
    expect((await seen(["global.price"], ({ world }) => world.secret ?? world.price)).causes).toEqual([
      ".price",
    ]);
    expect((await seen(["global.price"], ({ world }) => [world.secret ?? 0])).causes).toEqual([]);
    expect((await seen(["agents.*.wealth"], ({ others }) => others.bob?.wealth)).causes).toEqual([
      "bob.wealth",
    ]);
    expect((await seen(["global.offers.*.price"], ({ world }) => Boolean(world.offers))).causes).toEqual([
      ".offers.ann.price",
    ]);
  });

  it("is limited for what an engine puts together as well, from whatever it reads it", async () => {
    class Telling extends TownEngine {
      override observe(agentId: string, world: Town): unknown {
        const stateOf = () => this.world;
        return {
          given: world.global.secret ?? null,
          own: this.world.global.secret ?? null,
          wealth: world.agents[agentId]?.wealth,
          later: () => stateOf().global.secret ?? null,
          get got() {
            return stateOf().agents.bob?.wealth ?? null;
          },
        };
      }
    }
    interface Told {
      given: unknown;
      own: unknown;
      wealth: unknown;
      later: () => unknown;
      got: unknown;
    }
    const look = ({ given, own, wealth, later, got }: Told) => [given, own, wealth, later(), got];
    expect((await seen(["wealth"], look, { engine: Telling })).value).toEqual([null, null, 100, null, null]);
    expect((await seen(["global.secret", "agents.*"], look, { engine: Telling })).value).toEqual([
      1, 1, 100, 1, 101,
    ]);
  });

  it("is the same of an agent's own first state, as far as its class is told of it", async () => {
    let told: unknown;
    class Asking {
      constructor({ initial_state }: { initial_state: object }) {
        told = initial_state;
      }
      decide() {
        return { decision_type: "wait" };
      }
    }
    const initial_state = { wealth: 1, health: 2 };
    await seen([], copy, {
      agents: [
        { name: "ann", agent: Asking, initial_state, observes: ["wealth"] },
        { name: "bob", agent: idle },
      ],
    });
    expect(told).toEqual({ wealth: 1 });
  });

  it("is for all of whom nothing else is said", async () => {
    const agents = (own: Observes) => [
      {
        name: "ann",
        agent: ((o) => ({ decision_type: "say", new_value: copy(o) })) satisfies DecideFunction,
        ...(own && { observes: own }),
      },
    ];
    const more = { observes: ["global.price"] };
    expect((await seen(undefined, copy, { ...more, agents: agents(undefined) })).value).toEqual({
      me: {},
      world: { price: 10 },
    });
    expect((await seen(undefined, copy, { ...more, agents: agents(["wealth"]) })).value).toEqual({
      me: { wealth: 100 },
      world: {},
    });
  });
});

describe("an agent that comes later", () => {
  it("sees what the first of its type in the config does, and is told as much of what it begins with", async () => {
    const told: object[] = [];
    class Comer {
      static readonly memory = "none";
      constructor({ initial_state }: { initial_state: object }) {
        told.push(initial_state);
      }
      decide(observation: unknown) {
        return { decision_type: "say", new_value: copy(observation) };
      }
    }
    class Open extends TownEngine {
      override beforeTurn(): void {
        if (this.turn !== 1) return;
        this.rule("comings", () => {
          const initial_state = { wealth: 7, health: 1 };
          this.spawn({ id: "new", type: "Comer", initial_state });
          this.spawn({ id: "other", type: "nickname", initial_state });
        });
      }
    }
    const simulation = defineSimulation({
      name: "town",
      turns: 2,
      engine: Open,
      agents: [{ name: "ann", agent: Comer, observes: ["wealth", "agents.new.health"] }],
      agent_types: { nickname: Comer },
    });
    const { events } = await run(simulation);
    const said = events.flatMap((event) =>
      event.event_type === "DECISION" ? [[event.turn_number, event.agent_id, event.new_value]] : [],
    );
    expect(said).toEqual([
      [1, "ann", { me: { wealth: 100 }, world: {}, others: { new: { health: 1 } } }],
      [2, "ann", { me: { wealth: 100 }, world: {}, others: { new: { health: 1 } } }],
      [2, "new", { me: { wealth: 7, health: 1 }, world: {}, others: {} }],
      [2, "other", { me: { wealth: 7 }, world: {}, others: { new: { health: 1 } } }],
    ]);
    expect(told).toEqual([{}, { wealth: 7, health: 1 }, { wealth: 7 }]);
  });
});

describe("noise on what an agent observes", () => {
  const noisy = (variable: string, noise: object) => ({ variable, noise: { gaussian: 1, ...noise } });

  it("is the same however often it is looked at, differs by variable, and is on record as it was seen", async () => {
    const observes = [noisy("global.price", {}), noisy("agents.*.wealth", {}), "global.secret"];
    const read = ({ world, others }: Shown): unknown[] => [
      world.price,
      others.bob?.wealth,
      world.price,
      world.secret,
    ];
    const { value, details, causes } = await seen(observes, read);
    const again = await seen(observes, ({ world, others }: Shown) => [
      others.bob?.wealth,
      (({ price }: Town["global"]) => price)(JSON.parse(JSON.stringify(world))),
    ]);
    expect(value).toEqual([expect.any(Number), expect.any(Number), expect.any(Number), 1]);
    const [price, wealth, same] = z.array(z.number()).parse(value);
    expect(price).toBe(same);
    expect(price).not.toBe(10);
    expect((price ?? 0) - 10).not.toBeCloseTo((wealth ?? 0) - 101);
    expect(again.value).toEqual([wealth, price]);
    expect(details?.observed).toEqual([
      { variable: "price", value: price },
      { agent_id: "bob", variable: "wealth", value: wealth },
    ]);
    expect(causes).toEqual([".price", ".secret", "bob.wealth"]);
  });

  it("is that of the name that says more, the agent's own before anyone's", async () => {
    const own = ["me", noisy("agents.*.wealth", {})];
    expect((await seen(own, ({ me }) => me.wealth)).value).toBe(100);
    expect((await seen(own, ({ others }) => others.bob?.wealth)).value).not.toBe(101);
    expect((await seen(["global", noisy("global.price", {})], ({ world }) => world.price)).value).not.toBe(
      10,
    );
    expect(
      (
        await seen(
          [noisy("global.offers", {}), "global.offers.ann.price"],
          ({ world }) => world.offers.ann?.price,
        )
      ).value,
    ).toBe(3);
  });

  it("is the same in a run that goes on from a checkpoint, and another in another turn or with another seed", async () => {
    const directory = await mkdtemp(join(tmpdir(), "llm-sim-noise-"));
    try {
      const town = (seed: number) =>
        defineSimulation({
          name: "town",
          turns: 4,
          seed,
          checkpoint_interval: 2,
          engine: TownEngine,
          agents: [
            {
              name: "ann",
              agent: ({ world }: Shown) => ({ decision_type: "say", new_value: world.price }),
              observes: [noisy("global.price", {})],
            },
          ],
        });
      const prices = async (simulationId: string, seed = 1, from?: Checkpoint) => {
        await runSimulation(town(seed), { outputDir: directory, simulationId, from, signals: false });
        const found: unknown[] = [];
        for await (const { event } of readEvents(join(directory, simulationId)))
          if (event.event_type === "DECISION") found.push(event.new_value);
        return found;
      };
      const whole = await prices("whole");
      const from = await readCheckpoint(join(directory, "whole/checkpoints/turn_2.json"));
      expect(await prices("rest", 1, from)).toEqual(whole.slice(2));
      expect(new Set([...whole, ...(await prices("other", 2))])).toHaveProperty("size", 8);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it("has the spread that was asked for", async () => {
    const turns = 2_000;
    const spread = async (noise: object) => {
      const decide: DecideFunction<Shown> = ({ world }) => ({ decision_type: "say", new_value: world.price });
      const agents = [{ name: "ann", agent: decide, observes: [{ variable: "global.price", noise }] }];
      const { events } = await run(
        defineSimulation({ name: "town", turns, engine: TownEngine, agents }),
        "DECISION",
      );
      const errors = events.flatMap((event) =>
        event.event_type === "DECISION" ? [Number(event.new_value) - 10] : [],
      );
      const mean = errors.reduce((sum, error) => sum + error, 0) / turns;
      const variance = errors.reduce((sum, error) => sum + (error - mean) ** 2, 0) / turns;
      return { mean, deviation: Math.sqrt(variance), most: Math.max(...errors.map(Math.abs)) };
    };
    const gaussian = await spread({ gaussian: 2 });
    expect(gaussian.mean).toBeCloseTo(0, 0);
    expect(gaussian.deviation).toBeCloseTo(2, 0);
    expect(gaussian.most).toBeGreaterThan(5);
    const uniform = await spread({ uniform: 0.3, relative: true });
    expect(uniform.deviation).toBeCloseTo(3 / Math.sqrt(3), 0);
    expect(uniform.most).toBeLessThanOrEqual(3);
    expect(uniform.most).toBeGreaterThan(2.9);
  });

  it("shows in console.log as it shows elsewhere, and leaves no place where the value is as it was", async () => {
    const { value } = await seen([noisy("global.price", { gaussian: 3 })], ({ world }) => [
      world.price,
      inspect(world),
    ]);
    const [price, text] = z.tuple([z.number(), z.string()]).parse(value);
    expect(text).toBe(`{ price: ${price} }`);
  });

  it.each<[string, Observes, RegExp]>([
    [
      "on text",
      [{ variable: "global.news", noise: { gaussian: 1 } }],
      /observes\.0: noise is for numbers, and global\.news is \["a"\]/,
    ],
    ["of no kind", [{ variable: "wealth", noise: {} }], /observes\.0\.noise: expected gaussian or uniform/],
    ["twice", ["wealth", "me.wealth"], /observes\.1: me\.wealth is there already, as wealth/],
    [
      "of the world, without saying so",
      ["price"],
      /observes\.0: price is ann's own, and ann has none at set-up: the world's is global\.price/,
    ],
    ["that cannot be read", ['"a'], /observes\.0: expected a variable's name/],
  ])("%s is refused", async (_, observes, message) => {
    await expect(seen(observes, copy)).rejects.toThrow(message);
  });
});
