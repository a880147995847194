import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StateError, type VariableChange, type World, WorldStore } from "./index.ts";

interface Person {
  wealth: number;
  inventory?: Record<string, unknown>;
  tags?: string[];
}
interface Village extends World {
  global: { price?: number; weather?: unknown };
  agents: Record<string, Person>;
}

function village(): WorldStore<Village> {
  return new WorldStore<Village>({
    global: { price: 10 },
    agents: {
      alice: { wealth: 100, inventory: { gold: 3, tools: { axe: 1 } }, tags: ["a"] },
      bob: { wealth: 50 },
    },
  });
}

function told(changes: readonly VariableChange[]): string[] {
  return changes.map(({ agent_id, variable_name, old_value, new_value, change }) => {
    const name = agent_id === undefined ? variable_name : `${agent_id}.${variable_name}`;
    return `${change ?? "set"} ${name} ${JSON.stringify(old_value)} → ${JSON.stringify(new_value)}`;
  });
}

describe("the state's variables", () => {
  it("are the leaves, keys joined with dots, an array being one value", () => {
    expect(told(village().everything())).toEqual([
      "added price null → 10",
      "added alice.wealth null → 100",
      "added alice.inventory.gold null → 3",
      "added alice.inventory.tools.axe null → 1",
      'added alice.tags null → ["a"]',
      "added bob.wealth null → 50",
    ]);
  });

  it("have a key with a dot in quotes, as an agent's id may be one: no two have the same name", () => {
    const offers = { "gpt-4.1": { price: 1 }, "gpt-4": { 1: { price: 2 } }, "Dr. Smith": 3, "Dr Smith": 4 };
    const store = new WorldStore<World>({ global: { offers }, agents: {} });
    expect(told(store.everything())).toEqual([
      'added offers."gpt-4.1".price null → 1',
      "added offers.gpt-4.1.price null → 2",
      'added offers."Dr. Smith" null → 3',
      "added offers.Dr Smith null → 4",
    ]);
  });

  it.each([
    ["a key without a name", { "": 1 }, /has the key "", which names no variable/],
    ["a function", { f: () => 1 }, /carol\.f is a function, which JSON cannot carry/],
    ["undefined", { u: undefined }, /carol\.u is undefined/],
    ["NaN", { deep: { n: Number.NaN } }, /carol\.deep\.n is NaN/],
    ["a Map", { m: new Map() }, /carol\.m is a Map/],
    ["a Date inside an array", { list: [[new Date()]] }, /carol\.list\[0\]\[0\] is a Date/],
  ])("are refused where there is %s", (_, part, message) => {
    const store = new WorldStore<World>({ global: {}, agents: {} });
    const setPart = () =>
      store.transact((draft) => {
        draft.agents.carol = part;
      });
    expect(setPart).toThrow(message);
    expect(setPart).toThrow(StateError);
    expect(store.world.agents).toEqual({});
  });

  it("refuses a value that holds itself", () => {
    const loop: { self?: unknown } = {};
    loop.self = loop;
    expect(() => new WorldStore<World>({ global: { list: [loop] }, agents: {} }).everything()).toThrow(
      /holds itself/,
    );
  });
});

describe("a transaction", () => {
  it("tells each variable that changed, with what it was before", () => {
    const changes = village().transact((draft) => {
      const { alice } = draft.agents;
      if (!alice) return;
      alice.wealth -= 10;
      alice.tags?.push("b", "c");
      if (alice.inventory) alice.inventory.gold = 4;
      draft.global.price = 11;
    });
    expect(told(changes).toSorted()).toEqual([
      "set alice.inventory.gold 3 → 4",
      'set alice.tags ["a"] → ["a","b","c"]',
      "set alice.wealth 100 → 90",
      "set price 10 → 11",
    ]);
  });

  it("tells of a subtree that goes or comes as of its leaves", () => {
    const store = village();
    const gone = store.transact((draft) => {
      delete draft.agents.alice?.inventory;
    });
    expect(told(gone)).toEqual([
      "removed alice.inventory.gold 3 → null",
      "removed alice.inventory.tools.axe 1 → null",
    ]);
    expect(gone.map((change) => change.node)).toEqual(["inventory", "inventory"]);
    const came = store.transact((draft) => {
      const { alice } = draft.agents;
      if (alice) alice.inventory = { silver: { coins: 2 } };
    });
    expect(told(came)).toEqual(["added alice.inventory.silver.coins null → 2"]);
  });

  it("tells of an agent that comes or goes", () => {
    const store = village();
    const changes = store.transact((draft) => {
      draft.agents.carol = { wealth: 1 };
      delete draft.agents.bob;
      expect(Object.keys(draft.agents)).toEqual(["alice", "carol"]);
      expect("bob" in draft.agents).toBe(false);
    });
    expect(told(changes)).toEqual(["added carol.wealth null → 1", "removed bob.wealth 50 → null"]);
    expect(Object.keys(store.world.agents)).toEqual(["alice", "carol"]);
  });

  it("says nothing of a value that was set to what it was", () => {
    const changes = village().transact((draft) => {
      const { alice } = draft.agents;
      if (!alice) return;
      alice.tags = ["a"];
      alice.inventory = { gold: 3, tools: { axe: 1 } };
      alice.wealth += 0;
    });
    expect(changes).toEqual([]);
  });

  it("changes a leaf to an object, and back, by a removal and an addition", () => {
    const store = village();
    const split = store.transact((draft) => {
      draft.global.weather = { sky: "blue" };
      if (draft.agents.bob) draft.agents.bob.inventory = { gold: { bars: 1 } };
    });
    expect(told(split)).toHaveLength(2);
    const joined = store.transact((draft) => {
      draft.global.weather = "fine";
    });
    expect(told(joined)).toEqual(['removed weather.sky "blue" → null', 'added weather null → "fine"']);
  });

  it("leaves the state alone when the recipe throws, whatever it had done", () => {
    const store = village();
    expect(() =>
      store.transact((draft) => {
        delete draft.agents.bob;
        draft.global.price = 0;
        throw new Error("no");
      }),
    ).toThrow("no");
    expect(store.world.global.price).toBe(10);
    expect(Object.keys(store.world.agents)).toEqual(["alice", "bob"]);
  });

  it("refuses an async recipe", () => {
    expect(() => village().transact(async () => {})).toThrow(/must not be async/);
  });

  it("says what to do about an object moved from one agent's part to another's", () => {
    for (const change of [true, false]) {
      expect(() =>
        village().transact((draft) => {
          const { alice, bob } = draft.agents;
          if (!alice?.inventory || !bob) return;
          bob.inventory = { tools: alice.inventory.tools };
          if (change) alice.wealth = 1;
        }),
      ).toThrow(/taken from another part.*\{ \.\.\.item \}/);
    }
  });

  it("keeps values that were handed out, whatever changes later", () => {
    const store = village();
    const { alice } = store.world.agents;
    store.transact((draft) => {
      if (draft.agents.alice) draft.agents.alice.wealth = 1;
    });
    expect(alice?.wealth).toBe(100);
    expect(store.world.agents.alice?.wealth).toBe(1);
    expect(Object.isFrozen(store.world.agents.alice)).toBe(true);
  });
});

describe("whatever is done to the state", () => {
  const key = fc.constantFrom("a", "b", "c");
  const value = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 3 },
      fc.integer({ min: 0, max: 2 }),
      fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }),
      fc.dictionary(key, tie("node"), { maxKeys: 3 }),
    ),
  })).node;
  const step = fc.record({ agent: fc.constantFrom("x", "y"), path: fc.array(key, { maxLength: 3 }), value });

  it("the changes told, folded over what was, give what is", () => {
    fc.assert(
      fc.property(fc.array(fc.array(step, { maxLength: 4 }), { maxLength: 8 }), (transactions) => {
        const store = new WorldStore<World>({ global: {}, agents: { x: {} } });
        const folded = new Map<string, unknown>();
        for (const steps of transactions) {
          const changes = store.transact((draft) => {
            for (const { agent, path, value: set } of steps) put(draft.agents, [agent, ...path], set);
          });
          for (const change of changes) {
            const name = `${change.agent_id}.${change.variable_name}`;
            expect(change.old_value).toEqual(folded.get(name) ?? null);
            expect(change.change === "added").toBe(!folded.has(name));
            if (change.change === "removed") folded.delete(name);
            else folded.set(name, change.new_value);
          }
          expect(Object.fromEntries(folded)).toEqual(
            Object.fromEntries(
              store.everything().map((leaf) => [`${leaf.agent_id}.${leaf.variable_name}`, leaf.new_value]),
            ),
          );
        }
      }),
    );
  });
});

/** Sets, or with a value of 0 deletes, what is at the path, as far as there are objects on the way. */
function put(root: object, path: readonly string[], value: unknown): void {
  let node: Record<string, unknown> = Object.assign(root);
  for (const [index, key] of path.entries()) {
    const next = node[key];
    if (index < path.length - 1 && typeof next === "object" && next !== null && !Array.isArray(next)) {
      node = Object.assign(next);
    } else if (value === 0) {
      delete node[key];
      return;
    } else {
      node[key] = index === 0 && (typeof value !== "object" || Array.isArray(value)) ? { v: value } : value;
      return;
    }
  }
}
