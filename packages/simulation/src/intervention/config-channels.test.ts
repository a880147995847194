// Channels through what the config says: of the state that agents see only part of, or see with noise, and of what variables may be.
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import {
  type AgentType,
  BaseEngine,
  type DecideFunction,
  defineSimulation,
  type Simulation,
  type SimulationDefinition,
  type World,
} from "../index.ts";
import { sightsOf } from "../sight/index.ts";
import { stateVariables } from "../variables/index.ts";
import { testClaim } from "./claim.test.fixture.ts";
import { isIntervention } from "./interventions.test.fixture.ts";
import { randomSimulation } from "./random-world.test.fixture.ts";
import { recorded } from "./recording.test.fixture.ts";

interface Place extends World {
  global: {
    x: number;
    y: number;
    book: Record<string, { n: number; hidden: number }>;
    box?: { a?: number; b?: number };
  };
  agents: Record<string, { has: number; hidden: number }>;
}

/** What one channel has of its own; without `change`, `x` of the world is what is changed. */
interface Channel extends Pick<SimulationDefinition<unknown>, "state_variables"> {
  change?: (draft: Place) => unknown;
  effect?: (draft: Place) => unknown;
  observes?: SimulationDefinition<unknown>["observes"];
  observe?: (engine: Limited, world: Place) => unknown;
  decide?: AgentType;
  agents?: Record<string, AgentType>;
}

class Limited extends BaseEngine<Place> {
  static readonly memory = "none";
  channel: Channel = {};
  isChanged = false;
  readonly actions = { act: this.action(z.looseObject({}), (draft) => this.channel.effect?.(draft)) };

  override initialState(agents: Parameters<BaseEngine["initialState"]>[0]): Place {
    return {
      global: { x: 1, y: 0, book: { one: { n: 1, hidden: 1 } } },
      agents: Object.fromEntries(agents.map(({ id }) => [id, { has: 1, hidden: 1 }])),
    };
  }

  override beforeTurn(): void {
    if (this.turn !== 1 || !this.isChanged) return;
    this.rule(
      "intervention",
      this.channel.change ??
        (({ global }) => {
          global.x = 2;
        }),
    );
  }
}

/** Shows what the channel does; without an observation of its own there is the default one. */
class Showing extends Limited {
  override observe(_: string, world: Place): unknown {
    return this.channel.observe?.(this, world);
  }
}

interface Seen {
  me: Place["agents"][string];
  world: Place["global"];
  others: Place["agents"];
}

const idle: DecideFunction = () => ({ decision_type: "wait" });
const acting: DecideFunction = () => ({ decision_type: "act", actions: [{ action_type: "act" }] });
const saying =
  <Shown>(read: (shown: Shown) => unknown): DecideFunction<Shown> =>
  (shown) => ({ decision_type: "say", new_value: read(shown) });
const says = (read: (seen: Seen) => unknown) => saying<Seen>(read);

function simulationOf({ observes, state_variables, ...channel }: Channel, isChanged: boolean): Simulation {
  const simulation = defineSimulation({
    name: "limited",
    turns: 3,
    seed: 1,
    engine: Limited,
    ...(observes && { observes }),
    ...(state_variables && { state_variables }),
    agents: Object.entries(channel.agents ?? { alice: channel.decide ?? acting, bob: idle }).map(
      ([name, agent]) => ({ name, agent: Object.assign(agent, { memory: "none" }) }),
    ),
  });
  return {
    ...simulation,
    createEngine: (setup) => {
      const engine = new (channel.observe ? Showing : Limited)({ ...setup, params: {} });
      engine.channel = channel;
      engine.isChanged = isChanged;
      return engine;
    },
  };
}

const hide = (draft: Place) => {
  draft.global.y = 5;
  draft.global.box = { b: 1 };
  draft.global.book.two = { n: 1, hidden: 2 };
  for (const book of Object.values(draft.global.book)) book.hidden = 9;
  for (const part of Object.values(draft.agents)) part.hidden = 9;
};

const visible: Record<string, Channel> = {
  "a variable": { observes: ["global.x"], decide: says(({ world }) => world.x) },
  "a variable, with noise": {
    observes: [{ variable: "global.x", noise: { gaussian: 1 } }],
    decide: says(({ world }) => world.x),
  },
  "all of it as text": { observes: ["global", "me"], decide: says((seen) => JSON.stringify(seen)) },
  "a copy, with noise": {
    observes: [{ variable: "global", noise: { uniform: 1, relative: true } }],
    decide: (seen, context) => ({ decision_type: "say", new_value: context.copy(seen) }),
  },
  "what console.log shows of it": {
    observes: [{ variable: "global.book", noise: { uniform: 0.1 } }],
    decide: says(({ world }) => inspect(world)),
    change: ({ global }) => {
      if (global.book.one) global.book.one.n = 100;
    },
  },
  "whether one of others is there": {
    observes: ["agents.*.has"],
    decide: says(({ others }) => (others.bob ? 1 : 0)),
    change: ({ agents }) => {
      delete agents.bob;
    },
  },
  "whether a variable of one of others is there": {
    observes: ["agents.*.hidden"],
    decide: says(({ others }) => (others.bob ? 1 : 0)),
    change: ({ agents }) => {
      if (agents.bob) Reflect.deleteProperty(agents.bob, "hidden");
    },
  },
  "one of others": {
    observes: ["agents.*.has"],
    decide: says(({ others }) => others.bob?.has),
    change: ({ agents }) => {
      if (agents.bob) agents.bob.has = 4;
    },
  },
  "that one of others is there": {
    observes: ["bob.has"],
    decide: says(({ others }) => Object.keys(others).length),
    change: ({ agents }) => {
      delete agents.bob;
    },
  },
  "that a variable of one of others is there": {
    observes: ["agents.*.has"],
    decide: says(({ others }) => Object.keys(others).length),
    change: ({ agents }) => {
      if (agents.bob) Reflect.deleteProperty(agents.bob, "has");
    },
  },
  "keys of which the members are seen in part": {
    observes: ["global.book.*.n"],
    decide: says(({ world }) => Object.keys(world.book).length),
    change: ({ global }) => {
      global.book.two = { n: 1, hidden: 1 };
    },
  },
  "that a node has anything that is seen": {
    observes: ["global.box.a"],
    decide: says(({ world }) => (world.box ? 1 : 0)),
    change: ({ global }) => {
      global.box = { a: 1 };
    },
  },
  "that a node has it no more": {
    observes: ["global.book.*.n"],
    decide: says(({ world }) => "book" in world),
    change: ({ global }) => {
      global.book.one = Object.assign({}, { n: 1, hidden: 2 });
      Reflect.deleteProperty(global.book.one, "n");
    },
  },
  "what the engine makes of it": {
    observes: ["global.x"],
    observe: (engine) => ({ twice: engine.world.global.x * 2 }),
    decide: saying<{ twice: number }>(({ twice }) => twice),
  },
  "after an await": {
    observes: ["global.x"],
    observe: async (engine, world) => {
      await sleep(0);
      return { x: world.global.x, also: engine.world.global.x };
    },
    decide: async (seen: { x: number; also: number }) => {
      await sleep(0);
      return { decision_type: "say", new_value: seen.x + seen.also };
    },
  },
  "a write that is refused": {
    state_variables: { global: { y: { maximum: 1 } } },
    effect: ({ global }) => {
      global.y = global.x;
    },
  },
  "a write that is refused for what the action does elsewhere": {
    state_variables: { agents: { has: { type: "integer" } } },
    effect: ({ global, agents }) => {
      if (agents.bob) agents.bob.has += global.x / 2;
    },
    change: ({ agents, global }) => {
      global.x = 2;
      if (agents.bob) agents.bob.has = 3;
    },
  },
};

/** What is changed is not visible: nothing else differs. */
const hidden: Record<string, Channel> = {
  "all of it as text": {
    observes: ["global.x", "global.book.one.n", "me.has", "agents.*.has"],
    decide: says((seen) => JSON.stringify(seen)),
  },
  keys: {
    observes: ["global.x", "agents.*.has"],
    decide: says(({ me, world, others }) =>
      [me, world, others, others.bob ?? {}].map((node) => Object.keys(node)),
    ),
  },
  "presence and truth": {
    observes: ["global.x", "global.box.a"],
    decide: says(({ me, world }) => [
      Boolean(world.box),
      ...["y", "book", "box"].map((key) => Reflect.has(world, key)),
      Reflect.has(me, "hidden"),
      Reflect.get(me, "hidden") ?? 0,
    ]),
  },
  "for … in": {
    observes: ["global.x", "global.box.a", "me.has"],
    decide: says(({ me, world }) => {
      const found: string[] = [];
      for (const key in world) if (key !== "") found.push(key);
      for (const key in me) if (key !== "") found.push(key);
      return found;
    }),
  },
  "noise on something else": {
    observes: [{ variable: "global.x", noise: { gaussian: 1 } }, "me.has"],
    decide: says((seen) => JSON.stringify(seen)),
  },
  "what the engine makes of it": {
    observes: ["global.x"],
    observe: (engine, world) => ({
      text: JSON.stringify(world),
      get later() {
        return JSON.stringify([engine.world.global, engine.world.agents]);
      },
    }),
    decide: saying<{ text: string; later: string }>(({ text, later }) => [text, later]),
  },
  "what the engine makes of it later": {
    observes: ["global.x"],
    observe: (engine) => ({ look: new Lookout(engine) }),
    decide: async (seen: { look: Lookout }) => {
      await sleep(0);
      return { decision_type: "say", new_value: seen.look.text };
    },
  },
};

/** An instance of a class that looks at the state when it is asked. */
class Lookout {
  readonly #engine: Limited;
  constructor(engine: Limited) {
    this.#engine = engine;
  }
  get text(): string {
    return JSON.stringify([this.#engine.world.global, this.#engine.world.agents]);
  }
}

describe.each(["STATE", "DETAIL"] as const)("at %s", (verbosity) => {
  it.each(Object.entries(visible))(
    "a change of what is visible leads on to what differs: %s",
    async (_, channel) => {
      const left = await recorded(simulationOf(channel, false), verbosity);
      const right = await recorded(simulationOf(channel, true), verbosity);
      const claim = testClaim(left, right, (event) => isIntervention(event));
      expect(claim.unexplained.map(({ text }) => text)).toEqual([]);
      expect(claim.gaps).toBe(0);
      expect(claim.differing).toBeGreaterThan(0);
    },
  );

  it.each(Object.entries(hidden))(
    "a change of what is not visible makes no decision another: %s",
    async (_, channel) => {
      const decisions = async (isChanged: boolean) => {
        const { events } = await recorded(simulationOf({ change: hide, ...channel }, isChanged), verbosity);
        return events.flatMap((event) =>
          event.event_type === "DECISION"
            ? [JSON.stringify([event.agent_id, event.new_value, event.details])]
            : [],
        );
      };
      const left = await decisions(false);
      const right = await decisions(true);
      expect(left).toEqual(right);
      expect(left.length).toBeGreaterThan(2);
    },
  );

  it("that holds in simulations made at random, of which agents see a part", {
    timeout: 60_000,
  }, async () => {
    const unexplained: string[] = [];
    let differing = 0;
    for (let seed = 1; seed <= 30; seed++) {
      const [left, right] = [
        await recorded(limited(randomSimulation(seed, false), seed), verbosity),
        await recorded(limited(randomSimulation(seed, true), seed), verbosity),
      ];
      const claim = testClaim(left, right, (event) => isIntervention(event));
      differing += claim.differing;
      unexplained.push(...claim.unexplained.map(({ run, text }) => `seed ${seed}, ${run}: ${text}`));
    }
    expect(unexplained.slice(0, 3)).toEqual([]);
    expect(differing).toBeGreaterThan(60);
  });
});

const SIGHTS = [
  ["global.p", "agents.*.node", "me"],
  ["global.node.p", "global.list", "agents.*.q", "ann.node.r"],
  ["global", "agents.*.*.p", "me.list"],
  ["*.p", "global.node"],
];

/** The same, where agents see a part of the state, some of it with noise, and some variables have bounds. */
function limited(simulation: Simulation, seed: number): Simulation {
  const entries = simulation.agents.map(({ id, type }, index) => {
    const names = SIGHTS[(seed + index) % SIGHTS.length] ?? [];
    const observes = names.map((variable) =>
      variable.endsWith(".q") ? { variable, noise: { uniform: 0.5 } } : { variable },
    );
    return { ids: [id], type, observes: seed % 5 === index ? undefined : observes, path: ["agents", index] };
  });
  const bounds = { global: { q: { maximum: 9 } }, agents: { r: { maximum: 10 } } };
  return { ...simulation, sights: sightsOf(undefined, entries), variables: stateVariables(bounds, []) };
}
