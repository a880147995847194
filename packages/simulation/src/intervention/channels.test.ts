import { describe, expect, it } from "vitest";
import * as z from "zod";
import {
  type AgentType,
  BaseEngine,
  type DecideFunction,
  defineSimulation,
  type Simulation,
  type TurnAction,
  type Validator,
  type World,
} from "../index.ts";
import { shapedAs } from "../world/index.ts";
import { testClaim } from "./claim.test.fixture.ts";
import { recorded } from "./recording.test.fixture.ts";

interface Place extends World {
  global: {
    x: number;
    y: number;
    z: number;
    list: number[];
    box?: { a?: number; b?: number };
    book: Record<string, { n: number }>;
  };
  agents: Record<string, { has: number; bag?: { a?: number } }>;
}

/** What one channel has of its own. `x` is what is changed. */
interface Channel {
  change?: (draft: Place) => unknown;
  before?: (engine: Channelled) => void;
  after?: (engine: Channelled) => void;
  effect?: (engine: Channelled, draft: Place, agentId: string) => unknown;
  partners?: (engine: Channelled) => string[];
  active?: (engine: Channelled, agentId: string) => boolean;
  combine?: (engine: Channelled, actions: readonly TurnAction[]) => readonly TurnAction[];
  observe?: (engine: Channelled, world: Place, agentId: string) => unknown;
  decide?: AgentType;
  agents?: Record<string, AgentType>;
  validate?: (world: Place) => string | undefined;
  initial?: Partial<Place["global"]>;
}

/** The engine's own powers, for the channels. */
class Channelled extends BaseEngine<Place> {
  channel: Channel = {};
  isChanged = false;

  readonly actions = {
    act: this.action(z.looseObject({}), (draft, { agent_id }) =>
      this.channel.effect?.(this, draft, agent_id),
    ),
    meet: this.interaction(
      "meeting",
      z.looseObject({}),
      () => this.channel.partners?.(this) ?? ["bob"],
      (draft, { agent_id }) => this.channel.effect?.(this, draft, agent_id),
    ),
  };

  override initialState(agents: Parameters<BaseEngine["initialState"]>[0]): Place {
    const parts = Object.fromEntries(agents.map(({ id }) => [id, { has: 1 }]));
    return {
      global: {
        x: 1,
        y: 0,
        z: 0,
        list: [1],
        box: { a: 1 },
        book: { one: { n: 1 } },
        ...this.channel.initial,
      },
      agents: parts,
    };
  }

  override isActive(agentId: string): boolean {
    return this.channel.active?.(this, agentId) ?? super.isActive(agentId);
  }

  override observe(agentId: string, world: Place): unknown {
    return this.channel.observe ? this.channel.observe(this, world, agentId) : { world: world.global };
  }

  override combine(actions: readonly TurnAction[]): readonly TurnAction[] {
    return this.channel.combine?.(this, actions) ?? actions;
  }

  override beforeTurn(): void {
    if (this.turn === 1 && this.isChanged) {
      this.rule(
        "intervention",
        this.channel.change ??
          (({ global }) => {
            global.x = 2;
          }),
      );
    }
    this.channel.before?.(this);
  }

  override afterActions(): void {
    this.channel.after?.(this);
  }

  do(name: string, effect: (draft: Place) => unknown): void {
    this.rule(name, effect);
  }
  enter(name: string): void {
    this.phase(name);
  }
  piece<T>(body: () => T): T {
    return this.apart(body);
  }
  end(): void {
    this.stop("enough");
  }
  no(): never {
    return this.refuse("no");
  }
  seen(members: Record<string, () => unknown>): unknown {
    return this.view(members);
  }
  tell(values: object): void {
    this.detail("told", values);
  }
  chance(): number {
    return this.random.float();
  }
}

const idle: DecideFunction = () => ({ decision_type: "wait" });
const acting: DecideFunction = () => ({ decision_type: "act", actions: [{ action_type: "act" }] });
const says =
  <Shown>(read: (shown: Shown) => unknown): DecideFunction<Shown> =>
  (shown) => ({ decision_type: "say", new_value: read(shown) });
const setY = (value: (draft: Place) => number) => (engine: Channelled) =>
  engine.do("work", (draft) => {
    draft.global.y = value(draft);
  });

function simulationOf(channel: Channel, isChanged: boolean): Simulation {
  const simulation = defineSimulation({
    name: "channel",
    turns: 3,
    seed: 1,
    engine: Channelled,
    agents: Object.entries(channel.agents ?? { alice: channel.decide ?? acting, bob: idle }).map(
      ([name, agent]) => ({ name, agent }),
    ),
    ...(channel.validate && { validator: validatorOf(channel.validate) }),
  });
  return {
    ...simulation,
    createEngine: (setup) => {
      const engine = new Channelled({ ...setup, params: {} });
      engine.channel = channel;
      engine.isChanged = isChanged;
      return engine;
    },
  };
}

function validatorOf(validate: NonNullable<Channel["validate"]>): Validator {
  return { validate: (_, context) => validate(shapedAs<Place>(context.world)) };
}

const engines: Record<string, Channel> = {
  "an effect": {
    effect: (_, { global }) => {
      global.y = global.x * 2;
    },
  },
  "an effect that branches": {
    effect: (_, { global }) => {
      if (global.x > 1) global.y = 5;
    },
    after: setY(({ global }) => global.y + 1),
  },
  "an effect by this.world": {
    effect: (engine, { global }) => {
      global.y = engine.world.global.x;
    },
  },
  "an effect that refuses": {
    effect: (engine, { global }) => {
      if (global.x > 1) engine.no();
      global.y += 1;
    },
  },
  "a rule": { after: setY(({ global }) => global.x) },
  "a rule that hears of x through y": {
    after: (engine) => {
      setY(({ global }) => global.x)(engine);
      engine.do("more", ({ global }) => {
        global.z = global.y;
      });
    },
  },
  "a hook's condition": {
    after: (engine) => {
      if (engine.world.global.x > 1) setY(() => 7)(engine);
    },
  },
  "a hook's condition, carried": {
    after: (engine) => {
      const { x } = engine.world.global;
      setY(() => x)(engine);
    },
  },
  "a condition of beforeTurn": {
    before: (engine) => {
      const { x } = engine.world.global;
      setY(() => x)(engine);
    },
  },
  "a piece of a hook": {
    after: (engine) =>
      engine.piece(() => {
        const { x } = engine.world.global;
        setY(() => x)(engine);
      }),
  },
  "what a piece of a hook returns": {
    after: (engine) => {
      const x = engine.piece(() => engine.world.global.x);
      setY(() => x)(engine);
    },
  },
  "a phase": {
    after: (engine) => {
      if (engine.world.global.x > 1) engine.enter("late");
    },
  },
  "a phase in an effect": {
    effect: (engine, { global }) => {
      if (global.x > 1) engine.enter("late");
      global.y += 1;
    },
  },
  "the end": {
    after: (engine) => {
      if (engine.turn === 2 && engine.world.global.x > 1) engine.end();
    },
  },
  "the end in an effect": {
    effect: (engine, { global }) => {
      global.y += 1;
      if (engine.turn === 2 && global.x > 1) engine.end();
    },
  },
  "a detail of a hook": { after: (engine) => engine.tell({ x: engine.world.global.x }) },
  "a validator that refuses": { validate: ({ global }) => (global.x > 1 ? "no" : undefined) },
  "a validator that lets pass": {
    validate: ({ global }) => (global.x > 1 ? undefined : "no"),
    effect: (_, { global }) => {
      global.y += 1;
    },
  },
  "who takes part": {
    decide: () => ({ decision_type: "meet", actions: [{ action_type: "meet" }] }),
    partners: (engine) => [engine.world.global.x > 1 ? "bob" : "carol"],
    agents: {
      alice: () => ({ decision_type: "meet", actions: [{ action_type: "meet" }] }),
      bob: idle,
      carol: idle,
    },
  },
  "combine that reads the state": {
    combine: (engine, actions) => (engine.world.global.x > 1 ? [] : actions),
    effect: (_, { global }) => {
      global.y += 1;
    },
  },
  "combine that reads the actions": {
    agents: {
      alice: (shown: { world: Place["global"] }) => ({
        decision_type: "bid",
        actions: [{ action_type: "act", payload: { bid: shown.world.x === 2 ? 9 : 1 } }],
      }),
      bob: () => ({ decision_type: "bid", actions: [{ action_type: "act", payload: { bid: 5 } }] }),
    },
    combine: (_, actions) =>
      actions.toSorted((a, b) => Number(b.payload.bid) - Number(a.payload.bid)).slice(0, 1),
    effect: (_, { agents }, id) => {
      const agent = agents[id];
      if (agent) agent.has += 1;
    },
  },
  "combine that sees who did nothing": {
    agents: {
      alice: (shown: { world: Place["global"] }) => ({
        decision_type: "bid",
        actions: shown.world.x === 2 ? [{ action_type: "act", payload: { bid: 9 } }] : [],
      }),
      bob: () => ({ decision_type: "bid", actions: [{ action_type: "act", payload: { bid: 5 } }] }),
    },
    combine: (_, actions) =>
      actions.toSorted((a, b) => Number(b.payload.bid) - Number(a.payload.bid)).slice(0, 1),
    effect: (_, { agents }, id) => {
      const agent = agents[id];
      if (agent) agent.has += 1;
    },
  },
  "an array": {
    change: ({ global }) => global.list.push(3),
    after: setY(({ global }) => global.list.length),
  },
  "that a member is there": {
    change: ({ global }) => {
      if (global.box) global.box.b = 1;
    },
    after: setY(({ global }) => (global.box && "b" in global.box ? 1 : 0)),
  },
  "that a node is gone": {
    change: ({ global }) => {
      delete global.box;
    },
    after: setY(({ global }) => (global.box ? 1 : 0)),
  },
  keys: {
    change: ({ global }) => {
      global.book.two = { n: 1 };
    },
    after: setY(({ global }) => Object.keys(global.book).length),
  },
  "which agents there are": {
    change: ({ agents }) => {
      delete agents.bob;
    },
    after: setY(({ agents }) => Object.keys(agents).length),
  },
  "that an agent is there": {
    change: ({ agents }) => {
      delete agents.bob;
    },
    after: setY(({ agents }) => (agents.bob ? 1 : 0)),
  },
  "a value that is assigned again": {
    after: (engine) => {
      engine.do("copy", ({ global }) => {
        global.z = global.x > 1 ? 0 : 0;
      });
      engine.do("next", ({ global }) => {
        global.y = global.z;
      });
    },
  },
  "how often another rule drew": {
    after: (engine) => {
      engine.do("draws", ({ global }) => {
        for (let count = 0; count < global.x; count++) global.z = engine.chance();
      });
      engine.do("draws alone", ({ global }) => {
        global.y = engine.chance();
      });
    },
  },
  "what was moved": {
    after: (engine) =>
      engine.do("move", ({ global, agents }) => {
        const { bob } = agents;
        if (bob) bob.bag = global.box ?? {};
      }),
    change: ({ global }) => {
      if (global.box) global.box.a = 7;
    },
  },
};

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- each channel names the shape
const observed = <Shown>(
  observe: Channel["observe"],
  read: (shown: Shown) => unknown,
  more: Channel = {},
): Channel => ({ ...(observe && { observe }), decide: says(read), ...more });

const agents: Record<string, Channel> = {
  "a value": observed(undefined, ({ world }: { world: Place["global"] }) => world.x),
  "a value worked out": observed(
    (_, { global }) => ({ twice: global.x * 2 }),
    ({ twice }: { twice: number }) => twice,
  ),
  "a number": observed(
    (_, { global }) => global.x,
    (x: number) => x,
  ),
  "a text": observed(
    (_, { global }) => `x is ${global.x}`,
    (text: string) => text.length > 0 && text,
  ),
  "a Map": observed(
    (_, { global }) => new Map([["x", global.x]]),
    (map: Map<string, number>) => map.get("x"),
  ),
  "a Map inside": observed(
    (_, { global }) => ({ map: new Map([["x", global.x]]) }),
    ({ map }: { map: Map<string, number> }) => map.get("x"),
  ),
  "an instance of a class": observed(
    (_, { global }) => ({ date: new Date(global.x) }),
    ({ date }: { date: Date }) => date.getTime(),
  ),
  "a function": observed(
    (_, { global }) =>
      () =>
        global.x,
    (ask: () => number) => ask(),
  ),
  "a function inside, by this.world": observed(
    (engine) => ({ ask: () => engine.world.global.x }),
    ({ ask }: { ask: () => number }) => ask(),
  ),
  "a function that knows": observed(
    (_, { global }) => {
      const { x } = global;
      return { ask: () => x };
    },
    ({ ask }: { ask: () => number }) => ask(),
  ),
  "a getter": observed(
    (_, { global }) => ({
      get x() {
        return global.x;
      },
    }),
    ({ x }: { x: number }) => x,
  ),
  "a view": observed(
    (engine, { global }) => engine.seen({ x: () => global.x }),
    ({ x }: { x: number }) => x,
  ),
  "a piece that was chosen": observed(
    (_, { global, agents: all }) => (global.x > 1 ? { piece: all.alice } : { piece: all.bob }),
    ({ piece }: { piece: { has: number } }) => piece.has,
    {
      after: (engine) =>
        engine.do("grow", ({ agents: { alice } }) => {
          if (alice) alice.has += 1;
        }),
    },
  ),
  "whether there is a piece": observed(
    (_, { global }) => (global.x > 1 ? { piece: global } : {}),
    (shown: object) => "piece" in shown,
  ),
  "an array handed out": observed(
    (_, { global }) => ({ list: global.list }),
    ({ list }: { list: number[] }) => list.map((item) => item).length,
    { change: ({ global }) => global.list.push(3) },
  ),
  "an item of it": observed(
    (_, { global }) => ({ list: global.list }),
    ({ list }: { list: number[] }) => list[0],
    {
      change: ({ global }) => {
        global.list[0] = 4;
      },
    },
  ),
  "a node that is there": observed(
    undefined,
    ({ world }: { world: Place["global"] }) => (world.box ? 1 : 0),
    {
      change: ({ global }) => {
        delete global.box;
      },
    },
  ),
  "keys of objects": observed(
    undefined,
    ({ world }: { world: Place["global"] }) => Object.keys(world.book).length,
    {
      change: ({ global }) => {
        global.book = { one: { n: 1 }, two: { n: 1 } };
      },
    },
  ),
  "a member among objects": observed(
    undefined,
    ({ world }: { world: Place["global"] }) => "two" in world.book,
    {
      change: ({ global }) => {
        global.book = { one: { n: 1 }, two: { n: 1 } };
      },
    },
  ),
  "for … in": observed(
    undefined,
    ({ world }: { world: Place["global"] }) => {
      let count = 0;
      for (const _ in world.book) count++;
      return count;
    },
    {
      change: ({ global }) => {
        global.book.two = { n: 1 };
      },
    },
  ),
  JSON: observed(undefined, ({ world }: { world: Place["global"] }) => JSON.stringify(world).length, {
    change: ({ global }) => {
      global.x = 100;
    },
  }),
  isActive: {
    active: (engine, id) => id !== "alice" || engine.world.global.x > 1,
  },
  "what it records on its way": {
    decide: (shown: { world: Place["global"] }, context) => {
      context.detail("thought", { x: shown.world.x });
      return { decision_type: "wait" };
    },
  },
  "what its decision holds": {
    decide: (shown: { world: Place["global"] }) => ({
      decision_type: "tell",
      details: { seen: shown.world },
    }),
  },
  "an error": {
    decide: (shown: { world: Place["global"] }) => {
      if (shown.world.x > 1) throw new Error("too much");
      return { decision_type: "wait" };
    },
  },
  "after an await": {
    decide: async (shown: { world: Place["global"] }) => {
      await Promise.resolve();
      return { decision_type: "say", new_value: shown.world.x };
    },
  },
  "by this.world after an await": {
    observe: (engine) => ({ place: new Lookout(engine) }),
    decide: async (shown: { place: Lookout }) => {
      await Promise.resolve();
      return { decision_type: "say", new_value: shown.place.x };
    },
  },
};

/** An instance of a class that looks at the world when it is asked. */
class Lookout {
  readonly #engine: Channelled;
  constructor(engine: Channelled) {
    this.#engine = engine;
  }
  get x(): number {
    return this.#engine.world.global.x;
  }
}

describe.each(["STATE", "DETAIL"] as const)(
  "at %s, a change leads on to every difference it makes",
  (verbosity) => {
    describe.each(Object.entries({ engine: engines, agent: agents }))(
      "on the %s's side, by",
      (_, channels) => {
        it.each(Object.entries(channels))("%s", async (_name, channel) => {
          const left = await recorded(simulationOf(channel, false), verbosity);
          const right = await recorded(simulationOf(channel, true), verbosity);
          const claim = testClaim(
            left,
            right,
            (event) => event.event_type === "DETAIL" && event.calculation_type === "intervention",
          );
          expect(claim.unexplained.map(({ text }) => text)).toEqual([]);
          expect(claim.gaps).toBe(0);
          if (_name !== "how often another rule drew") expect(claim.differing).toBeGreaterThan(0);
        });
      },
    );
  },
);
