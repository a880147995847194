import { Console } from "node:console";
import { Writable } from "node:stream";
import { format, inspect } from "node:util";
import type { DecideFunction } from "../index.ts";
import { type Channel, type Channelled, observed, type Place } from "./channel.test.fixture.ts";

/** What agents read of what they are shown. */
export const agentChannels: Record<string, Channel> = {
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
  "a function alone that knows": observed(
    (_, { global }) => {
      const { x } = global;
      return () => x;
    },
    (ask: () => number) => ask(),
  ),
  "that another agent is there": {
    observe: (_, { agents }) => ({ agents }),
    // The first agent's coming stands for which agents there are, too: who looks is another.
    agents: {
      aaron: () => ({ decision_type: "wait" }),
      alice: ({ agents }: { agents: Place["agents"] }) => ({ decision_type: "say", new_value: !agents.bob }),
      bob: () => ({ decision_type: "wait" }),
    },
    change: ({ agents }) => {
      delete agents.bob;
    },
  },
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
  "whether an array includes something": observed(
    (_, { global }) => ({ list: global.list }),
    ({ list }: { list: number[] }) => list.includes(3),
    { change: ({ global }) => global.list.push(3) },
  ),
  "an array's length": observed(
    (_, { global }) => ({ list: global.list }),
    ({ list }: { list: number[] }) => list.length,
    { change: ({ global }) => global.list.push(3) },
  ),
  "an array, spread": observed(undefined, ({ world }: { world: Place["global"] }) => [...world.list], {
    change: ({ global }) => global.list.push(3),
  }),
  "typeof a node": observed(undefined, ({ world }: { world: Place["global"] }) => typeof world.box, {
    change: ({ global }) => {
      delete global.box;
    },
  }),
  "a node's optional member": observed(
    undefined,
    ({ world }: { world: Place["global"] }) => world.box?.b ?? 0,
    {
      change: ({ global }) => {
        if (global.box) global.box.b = 3;
      },
    },
  ),
  "that an agent is not there": observed(
    (_, { agents }) => ({ agents }),
    ({ agents }: { agents: Place["agents"] }) => !agents.bob,
    {
      change: ({ agents }) => {
        delete agents.bob;
      },
    },
  ),
  "which agents there are": observed(
    (_, { agents }) => ({ agents }),
    ({ agents }: { agents: Place["agents"] }) => Object.keys(agents).length,
    {
      change: ({ agents }) => {
        delete agents.bob;
      },
    },
  ),
  "keys of which one went": observed(
    undefined,
    ({ world }: { world: Place["global"] }) => Object.keys(world.book).length,
    {
      change: ({ global }) => {
        delete global.book.one;
      },
    },
  ),
  "an empty object's coming": observed(
    undefined,
    ({ world }: { world: Place["global"] }) => Boolean(world.box),
    {
      initial: (global) => {
        delete global.box;
      },
      change: ({ global }) => {
        global.box = {};
      },
    },
  ),
  "an assignment that changed nothing": observed(
    undefined,
    ({ world }: { world: Place["global"] }) => world.z,
    {
      before: (engine) =>
        engine.do("copy", ({ global }) => {
          global.z = global.x > 1 ? 1 : 0;
        }),
    },
  ),
  "util.inspect": observed(
    undefined,
    ({ world }: { world: Place["global"] }) => inspect(world, { depth: 9 }).length,
    {
      change: ({ global }) => {
        global.x = 100;
      },
    },
  ),
  "util.format": observed(undefined, ({ world }: { world: Place["global"] }) => format("%o", world).length, {
    change: ({ global }) => {
      global.x = 100;
    },
  }),
  "console.log": observed(undefined, ({ world }: { world: Place["global"] }) => printed(world), {
    change: ({ global }) => {
      global.x = 100;
    },
  }),
  "JSON of what observe put together": observed(
    (_, { global }) => ({ deep: { x: global.x, box: global.box } }),
    (shown: object) => JSON.stringify(shown),
  ),
  "a copy": {
    decide: (shown: { world: Place["global"] }, context) => {
      const copy = structuredClone(context.copy(shown.world));
      return { decision_type: "say", new_value: copy.x };
    },
  },
  "a getter behind a getter": observed(
    (_, { global }) => ({
      get deep() {
        return {
          get x() {
            return global.x;
          },
        };
      },
    }),
    ({ deep }: { deep: { x: number } }) => deep.x,
  ),
  "a piece that a view hands out": observed(
    (engine, { global }) => engine.seen({ box: () => global.box }),
    ({ box }: { box?: { a?: number } }) => box?.a ?? 0,
    {
      change: ({ global }) => {
        if (global.box) global.box.a = 7;
      },
    },
  ),
  "what another agent was shown": {
    agents: sharing(),
  },
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

/** How many characters `console.log` prints of it. */
function printed(value: unknown): number {
  let length = 0;
  const stdout = new Writable({
    write(chunk: Buffer, _, done) {
      length += chunk.length;
      done();
    },
  });
  new Console(stdout).log(value);
  return length;
}

/** Alice, who waits, and bob, who reads what she was shown meanwhile. */
function sharing(): Record<string, DecideFunction<{ world: Place["global"] }>> {
  let shared: { world: Place["global"] } | undefined;
  return {
    alice: async (shown) => {
      shared = shown;
      for (let count = 0; count < 5; count++) await Promise.resolve();
      return { decision_type: "wait" };
    },
    bob: () => ({ decision_type: "say", new_value: shared?.world.x ?? 0 }),
  };
}
