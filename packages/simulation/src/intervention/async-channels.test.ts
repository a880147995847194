// Channels through code that waits: what is read after an `await` counts as what is read before it.
import { setImmediate as nextTask, setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import {
  type AgentType,
  BaseEngine,
  type DecideFunction,
  defineSimulation,
  type Simulation,
  type TurnAction,
  type World,
} from "../index.ts";
import { shapedAs } from "../world/index.ts";
import { testClaim } from "./claim.test.fixture.ts";
import { isIntervention } from "./interventions.test.fixture.ts";
import { recorded } from "./recording.test.fixture.ts";

interface Place extends World {
  global: { x: number; y: number; z: number };
  agents: Record<string, { has: number }>;
}

/** What one channel has of its own. `x` is what is changed. */
interface Channel {
  before?: (engine: Waiting) => Promise<void>;
  after?: (engine: Waiting) => Promise<void>;
  effect?: (draft: Place) => void;
  combine?: (engine: Waiting, actions: readonly TurnAction[]) => Promise<readonly TurnAction[]>;
  observe?: (engine: Waiting, world: Place, agentId: string) => unknown;
  validate?: (world: () => Place) => Promise<string | undefined>;
  agents?: Record<string, AgentType>;
  decide_timeout?: string;
}

class Waiting extends BaseEngine<Place> {
  channel: Channel = {};
  isChanged = false;
  readonly actions = { act: this.action(z.looseObject({}), (draft) => this.channel.effect?.(draft)) };

  override initialState(agents: Parameters<BaseEngine["initialState"]>[0]): Place {
    return {
      global: { x: 1, y: 0, z: 0 },
      agents: Object.fromEntries(agents.map(({ id }) => [id, { has: 1 }])),
    };
  }

  override beforeTurn(): void | Promise<void> {
    if (this.turn === 1 && this.isChanged) {
      this.rule("intervention", ({ global }) => {
        global.x = 2;
      });
    }
    return this.channel.before?.(this);
  }

  override observe(agentId: string, world: Place): unknown {
    return this.channel.observe ? this.channel.observe(this, world, agentId) : { world: world.global };
  }

  override combine(actions: readonly TurnAction[]): readonly TurnAction[] | Promise<readonly TurnAction[]> {
    return this.channel.combine?.(this, actions) ?? actions;
  }

  override afterActions(): void | Promise<void> {
    return this.channel.after?.(this);
  }

  get x(): number {
    return this.world.global.x;
  }
  do(name: string, effect: (draft: Place) => void): void {
    this.rule(name, effect);
  }
  setY(value: number): void {
    this.rule("work", ({ global }) => {
      global.y = value;
    });
  }
  enter(name: string): void {
    this.phase(name);
  }
  finish(): void {
    this.stop("enough");
  }
  piece<T>(body: () => T): T {
    return this.apart(body);
  }
  draw(): number {
    return this.random.float();
  }
  seen(members: Record<string, () => unknown>): unknown {
    return this.view(members);
  }
}

type Shown = { world: Place["global"] };

const wait = () => sleep(1);
/** Waits so long that of several who do, the one with the fewest is first, however busy the machine is. */
const waitFor = async (tasks: number) => {
  for (let done = 0; done < tasks; done++) await nextTask();
};
const idle: DecideFunction = () => ({ decision_type: "wait" });
const acting: DecideFunction = () => ({ decision_type: "act", actions: [{ action_type: "act" }] });
const count = ({ global }: Place) => {
  global.y += 1;
};

const hooks: Record<string, Channel> = {
  "beforeTurn that reads, then waits": {
    before: async (engine) => {
      const { x } = engine;
      await wait();
      engine.setY(x);
    },
  },
  "beforeTurn that waits, then reads": {
    before: async (engine) => {
      await wait();
      engine.setY(engine.x);
    },
  },
  "afterActions that waits, and a rule that reads": {
    after: async (engine) => {
      await wait();
      engine.do("work", ({ global }) => {
        global.y = global.x;
      });
    },
  },
  "afterActions that reads in between": {
    after: async (engine) => {
      await wait();
      const { x } = engine;
      await wait();
      if (x > 1) engine.setY(x);
    },
  },
  "a phase after a wait": {
    after: async (engine) => {
      await wait();
      if (engine.x > 1) engine.enter("late");
    },
  },
  "the end after a wait": {
    after: async (engine) => {
      await wait();
      if (engine.turn === 2 && engine.x > 1) engine.finish();
    },
  },
  "an async piece": {
    after: async (engine) => {
      const x = await engine.piece(async () => {
        await wait();
        return engine.x;
      });
      engine.setY(x);
    },
  },
  "what a hook reads while an async piece of it waits": {
    after: async (engine) => {
      const piece = engine.piece(async () => {
        await wait();
        await wait();
      });
      const { x } = engine;
      await piece;
      engine.setY(x);
    },
  },
  "async pieces at the same time": {
    after: async (engine) => {
      await Promise.all(
        [1, 2, 3].map((n) =>
          engine.piece(async () => {
            await waitFor(4 - n);
            const { x } = engine;
            await waitFor(n);
            engine.do(`work ${n}`, ({ global }) => {
              global.y = x + n;
            });
          }),
        ),
      );
    },
  },
  "combine that reads the state after a wait": {
    combine: async (engine, actions) => {
      await wait();
      return engine.x > 1 ? [] : actions;
    },
    effect: count,
  },
  "combine that reads the actions after a wait": {
    agents: {
      alice: (shown: Shown) => ({
        decision_type: "bid",
        actions: [{ action_type: "act", payload: { bid: shown.world.x === 2 ? 9 : 1 } }],
      }),
      bob: () => ({ decision_type: "bid", actions: [{ action_type: "act", payload: { bid: 5 } }] }),
    },
    combine: async (_, actions) => {
      await wait();
      return actions.toSorted((a, b) => Number(b.payload.bid) - Number(a.payload.bid)).slice(0, 1);
    },
    effect: count,
  },
  "a validator that waits, then lets pass": {
    validate: async (world) => {
      await wait();
      return world().global.x > 1 ? undefined : "no";
    },
    effect: count,
  },
  "a validator that reads, then waits and refuses": {
    validate: async (world) => {
      const { x } = world().global;
      await wait();
      return x > 1 ? "no" : undefined;
    },
    effect: count,
  },
};

/** Two agents that say what they see. */
const both = (read: (shown: never) => unknown): Record<string, AgentType> => {
  const says = (shown: never) => ({ decision_type: "say", new_value: read(shown) });
  return { alice: says, bob: says };
};

const observed: Record<string, Channel> = {
  "observe that waits, then works it out": {
    observe: async (_, { global }) => {
      await wait();
      return { twice: global.x * 2 };
    },
    agents: both(({ twice }: { twice: number }) => twice),
  },
  "observe that works it out, then waits": {
    observe: async (_, { global }) => {
      const twice = global.x * 2;
      await wait();
      return `twice ${twice}`;
    },
    agents: both((text: string) => text),
  },
  "observe by this.world after a wait": {
    observe: async (engine) => {
      await wait();
      return { x: engine.x };
    },
    agents: both(({ x }: { x: number }) => x),
  },
  "a piece that is handed out after a wait": {
    observe: async (_, world) => {
      await wait();
      return { world: world.global };
    },
    agents: both(({ world }: Shown) => world.x),
  },
  "how often another agent looked at what is drawn": {
    observe: (engine, { global }) => engine.seen({ x: () => global.x, noise: () => engine.draw() }),
    agents: {
      alice: (shown: { x: number; noise: number }) => {
        for (let n = 0; n < shown.x; n++) void shown.noise;
        return { decision_type: "say", new_value: shown.x };
      },
      bob: ({ noise }: { noise: number }) => ({ decision_type: "say", new_value: noise }),
    },
  },
  "a view made after a wait": {
    observe: async (engine, { global }) => {
      await wait();
      return engine.seen({ x: () => global.x, y: () => global.y });
    },
    agents: both(({ x }: { x: number }) => x),
  },
};

/** Alice leaves what she sees on the desk and waits until it has been read; bob waits, and reads it there. */
const deskOf = (read: (shown: never) => unknown, observe?: Channel["observe"]): Channel => {
  let desk: unknown;
  let wasRead = () => {};
  return {
    ...(observe && { observe }),
    agents: {
      alice: async (shown) => {
        desk = shown;
        await new Promise<void>((resolve) => {
          wasRead = resolve;
        });
        return { decision_type: "wait" };
      },
      bob: async () => {
        await wait();
        // What is on the desk is of no shape that is known here.
        const new_value: unknown = Reflect.apply(read, undefined, [desk]);
        wasRead();
        return { decision_type: "say", new_value };
      },
    },
  };
};

const shared: Record<string, Channel> = {
  "a value": deskOf(({ world }: Shown) => world.x),
  "a value worked out": deskOf(
    ({ twice }: { twice: number }) => twice,
    (_, { global }) => ({ twice: global.x * 2 }),
  ),
  "a getter": deskOf(
    ({ x }: { x: number }) => x,
    (_, { global }) => ({
      get x() {
        return global.x;
      },
    }),
  ),
  "a function": deskOf(
    ({ ask }: { ask: () => number }) => ask(),
    (_, { global }) => ({ ask: () => global.x }),
  ),
  "a function by this.world": deskOf(
    ({ ask }: { ask: () => number }) => ask(),
    (engine) => ({ ask: () => engine.x }),
  ),
  "a view": deskOf(
    ({ x }: { x: number }) => x,
    (engine, { global }) => engine.seen({ x: () => global.x }),
  ),
};

function simulationOf(channel: Channel, isChanged: boolean): Simulation {
  const simulation = defineSimulation({
    name: "waiting",
    turns: 3,
    seed: 1,
    engine: Waiting,
    agents: Object.entries(channel.agents ?? { alice: acting, bob: idle }).map(([name, agent]) => ({
      name,
      agent: Object.assign(agent, { memory: "none" }),
    })),
    ...(channel.validate && {
      validator: {
        validate: (_, context) => channel.validate?.(() => shapedAs<Place>(context.world)),
      },
    }),
  });
  return {
    ...simulation,
    createEngine: (setup) => {
      const engine = new Waiting({ ...setup, params: {} });
      engine.channel = channel;
      engine.isChanged = isChanged;
      return engine;
    },
  };
}

async function claimOf(channel: Channel, verbosity: "STATE" | "DETAIL") {
  const left = await recorded(simulationOf(channel, false), verbosity);
  const right = await recorded(simulationOf(channel, true), verbosity);
  return testClaim(left, right, (event) => isIntervention(event));
}

describe.each(["STATE", "DETAIL"] as const)(
  "at %s, a change leads on to every difference it makes",
  (verbosity) => {
    describe.each(
      Object.entries({
        "what an engine waits for": hooks,
        "what an agent is shown": observed,
        "what another agent was shown": shared,
      }),
    )("through %s, by", (_, channels) => {
      it.each(Object.entries(channels))("%s", async (_name, channel) => {
        const claim = await claimOf(channel, verbosity);
        expect(claim.unexplained.map(({ text }) => text)).toEqual([]);
        expect(claim.gaps).toBe(0);
        expect(claim.differing).toBeGreaterThan(0);
      });
    });
  },
);

describe("what an agent is shown counts for its own decision alone, whoever else is deciding", () => {
  type Me = { me: { has: number } };
  it.each<[string, NonNullable<Channel["observe"]>, AgentType]>([
    [
      "a piece that it reads after a wait",
      (_, { agents }, id) => ({ me: agents[id] }),
      async ({ me }: Me) => {
        await wait();
        const first = me.has;
        await wait();
        return { decision_type: "say", new_value: first + me.has };
      },
    ],
    [
      "a text",
      (_, { agents }, id) => `You have ${agents[id]?.has}`,
      (text: string) => ({ decision_type: "say", new_value: text }),
    ],
    [
      "a text that was waited for",
      async (_, { agents }, id) => {
        await wait();
        return `You have ${agents[id]?.has}`;
      },
      (text: string) => ({ decision_type: "say", new_value: text }),
    ],
    [
      "a piece that its decision holds",
      (_, { agents }, id) => ({ me: agents[id] }),
      async ({ me }: Me) => {
        await wait();
        return { decision_type: "say", details: { me } };
      },
    ],
    [
      "a piece that its action holds",
      (_, { agents }, id) => ({ me: agents[id] }),
      ({ me }: Me) => ({ decision_type: "say", actions: [{ action_type: "act", payload: { me } }] }),
    ],
  ])("%s", async (_, observe, agent) => {
    const names = ["ann", "bob", "cid"];
    const agents = Object.fromEntries(names.map((name) => [name, agent]));
    const { events } = await recorded(simulationOf({ observe, agents }, false), "STATE");
    const decisions = events.filter((event) => event.event_type === "DECISION");
    expect(decisions).toHaveLength(9);
    for (const { agent_id, caused_by = [] } of decisions) {
      const causes = events.filter(({ event_id }) => caused_by.includes(event_id));
      const whose = causes.map((cause) => cause.agent_id ?? cause.event_type);
      expect(whose.toSorted()).toEqual(["MILESTONE", agent_id]);
    }
  });
});
