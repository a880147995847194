import { acting, type Channel, idle, type Place, setY } from "./channel.test.fixture.ts";

/** What the engine's code reads. */
export const engineChannels: Record<string, Channel> = {
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
  "that an agent is not there": {
    change: ({ agents }) => {
      delete agents.bob;
    },
    after: setY(({ agents }) => (agents.bob ? 1 : 2)),
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
  "a value in a draft, by JSON": {
    after: setY(({ global }) => JSON.stringify(global).length),
    change: ({ global }) => {
      global.x = 100;
    },
  },
  "a value in a copy of a draft": {
    after: setY(({ global }) => ({ ...global }).x),
  },
  "a value in what a draft holds": {
    after: setY(({ global }) => Object.values(global.box ?? {}).length + (global.box?.a ?? 0)),
    change: ({ global }) => {
      if (global.box) global.box.a = 7;
    },
  },
  "for … in of a draft": {
    after: setY(({ global }) => {
      let count = 0;
      for (const _ in global.book) count++;
      return count;
    }),
    change: ({ global }) => {
      global.book.two = { n: 1 };
    },
  },
  "keys of this.world": {
    after: (engine) => {
      const count = Object.keys(engine.world.global.book).length;
      setY(() => count)(engine);
    },
    change: ({ global }) => {
      global.book.two = { n: 1 };
    },
  },
  "that a member of this.world is gone": {
    after: (engine) => {
      const isThere = engine.world.global.book.one !== undefined;
      setY(() => (isThere ? 1 : 0))(engine);
    },
    change: ({ global }) => {
      delete global.book.one;
    },
  },
  "that a node of this.world is there": {
    after: (engine) => {
      const isThere = Boolean(engine.world.global.box);
      setY(() => (isThere ? 1 : 0))(engine);
    },
    change: ({ global }) => {
      delete global.box;
    },
  },
  "that an empty object is there": {
    initial: (global) => {
      delete global.box;
    },
    after: setY(({ global }) => (global.box ? 1 : 0)),
    change: ({ global }) => {
      global.box = {};
    },
  },
  "that an empty object went": {
    initial: (global) => {
      global.box = {};
    },
    after: setY(({ global }) => (global.box ? 1 : 0)),
    change: ({ global }) => {
      delete global.box;
    },
  },
  "a part that is put in as a whole": {
    after: setY(({ agents }) => agents.bob?.has ?? 0),
    change: ({ agents }) => {
      agents.bob = { has: 5 };
    },
  },
  "a node that is put in as a whole": {
    after: setY(({ global }) => (global.box && "b" in global.box ? 1 : 0)),
    change: ({ global }) => {
      global.box = { a: 1, b: 1 };
    },
  },
  "an item of an array in a draft": {
    after: setY(({ global }) => global.list[0] ?? 0),
    change: ({ global }) => {
      global.list[0] = 4;
    },
  },
  "an item of an array of this.world": {
    after: (engine) => {
      const [item = 0] = engine.world.global.list;
      setY(() => item)(engine);
    },
    change: ({ global }) => {
      global.list[0] = 4;
    },
  },
  "a detail of an effect": {
    effect: (engine, { global }) => {
      engine.tell({ x: global.x });
      global.y += 1;
    },
  },
  "who takes part, by whether they are there": {
    agents: {
      alice: () => ({ decision_type: "meet", actions: [{ action_type: "meet" }] }),
      bob: idle,
    },
    change: ({ agents }) => {
      delete agents.bob;
    },
  },
  "a refusal by an effect that read for it first": {
    effect: (engine, { agents }, id) => {
      if ((agents[id]?.has ?? 0) > 1) engine.no();
    },
    change: ({ agents }) => {
      if (agents.alice) agents.alice.has = 2;
    },
  },
  "combine that counts": {
    agents: {
      alice: (shown: { world: Place["global"] }) => ({
        decision_type: "bid",
        actions: shown.world.x === 2 ? [{ action_type: "act" }] : [],
      }),
      bob: acting,
    },
    combine: (_, actions) => (actions.length > 1 ? [] : actions),
  },
  "combine that misses who failed": {
    agents: {
      alice: (shown: { world: Place["global"] }) => {
        if (shown.world.x === 2) throw new Error("too much");
        return { decision_type: "bid", actions: [{ action_type: "act" }] };
      },
      bob: acting,
    },
    combine: (_, actions) => (actions.length > 1 ? [] : actions),
  },
  "combine that misses who does not decide": {
    agents: { alice: acting, bob: acting },
    active: (engine, id) => id !== "alice" || engine.world.global.x === 1,
    combine: (_, actions) => (actions.length > 1 ? [] : actions),
  },
  "combine that misses what was refused": {
    agents: { alice: acting, bob: acting },
    validate: ({ global }) => (global.x > 1 ? "no" : undefined),
    combine: (_, actions) => actions.toReversed(),
  },
  "combine that changes an action by another": {
    agents: {
      alice: (shown: { world: Place["global"] }) => ({
        decision_type: "bid",
        actions: [{ action_type: "act", payload: { bid: shown.world.x } }],
      }),
      bob: () => ({ decision_type: "bid", actions: [{ action_type: "act", payload: { bid: 9 } }] }),
    },
    combine: (_, [first, second]) =>
      second ? [{ ...second, payload: { price: first?.payload.bid ?? 0 } }] : [],
  },
  "an error of a rule, which ends the run": {
    after: (engine) =>
      engine.do("work", ({ global }) => {
        if (engine.turn === 2 && global.x > 1) throw new Error("broken");
      }),
  },
  "an error of a hook, which ends the run": {
    after: (engine) => {
      if (engine.turn === 2 && engine.world.global.x > 1) throw new Error("broken");
    },
  },
  "an error of an effect, which ends the run": {
    effect: (engine, { global }) => {
      if (engine.turn === 2 && global.x > 1) throw new Error("broken");
      global.y += 1;
    },
  },
};
