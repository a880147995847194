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
    const { changes } = village().transact((draft) => {
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
    const { changes: gone } = store.transact((draft) => {
      delete draft.agents.alice?.inventory;
    });
    expect(told(gone)).toEqual([
      "removed alice.inventory.gold 3 → null",
      "removed alice.inventory.tools.axe 1 → null",
    ]);
    expect(gone.map((change) => change.node)).toEqual(["inventory", "inventory"]);
    const { changes: came } = store.transact((draft) => {
      const { alice } = draft.agents;
      if (alice) alice.inventory = { silver: { coins: 2 } };
    });
    expect(told(came)).toEqual(["added alice.inventory.silver.coins null → 2"]);
  });

  it("tells of an agent that comes or goes", () => {
    const store = village();
    const { changes } = store.transact((draft) => {
      draft.agents.carol = { wealth: 1 };
      delete draft.agents.bob;
      expect(Object.keys(draft.agents)).toEqual(["alice", "carol"]);
      expect("bob" in draft.agents).toBe(false);
    });
    expect(told(changes)).toEqual(["added carol.wealth null → 1", "removed bob.wealth 50 → null"]);
    expect(Object.keys(store.world.agents)).toEqual(["alice", "carol"]);
  });

  it("says nothing of a value that was set to what it was", () => {
    const { changes } = village().transact((draft) => {
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
    const { changes: split } = store.transact((draft) => {
      draft.global.weather = { sky: "blue" };
      if (draft.agents.bob) draft.agents.bob.inventory = { gold: { bars: 1 } };
    });
    expect(told(split)).toHaveLength(2);
    const { changes: joined } = store.transact((draft) => {
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
    expect(() => village().transact(async () => {})).toThrow(/returned a promise: it has to answer at once/);
  });

  it.each<[string, (draft: Village) => () => unknown]>([
    ["the draft", (draft) => () => draft.global],
    ["the draft's agents", (draft) => () => Object.keys(draft.agents)],
    [
      "a part, to read",
      ({ global }) =>
        () =>
          global.price,
    ],
    [
      "a part, to write",
      ({ global }) =>
        () =>
          Object.assign(global, { price: 9 }),
    ],
    [
      "a part, to take away",
      ({ global }) =>
        () =>
          Reflect.deleteProperty(global, "price"),
    ],
    [
      "a part's keys",
      ({ global }) =>
        () =>
          Object.keys(global),
    ],
    [
      "whether a part has a key",
      ({ global }) =>
        () =>
          "price" in global,
    ],
    [
      "an agent's part",
      ({ agents: { alice } }) =>
        () =>
          alice?.wealth,
    ],
    [
      "a new part",
      ({ agents }) =>
        () =>
          Object.assign(agents, { carol: {} }),
    ],
    [
      "a part to go",
      ({ agents }) =>
        () =>
          Reflect.deleteProperty(agents, "alice"),
    ],
    [
      "whether an agent is there",
      ({ agents }) =>
        () =>
          "alice" in agents,
    ],
  ])("refuses by name that %s is used when it is over, done or undone", (_, keep) => {
    const store = village();
    const kept: (() => unknown)[] = [];
    store.transact((draft) => kept.push(keep(draft)), { by: () => "rule growth" });
    const undone = (draft: Village) => {
      kept.push(keep(draft));
      throw new Error("no");
    };
    expect(() => store.transact(undone, { by: () => "rule growth" })).toThrow("no");
    expect(kept).toHaveLength(2);
    for (const use of kept)
      expect(use).toThrow(/^The draft of rule growth can be used until its effect is over/);
  });

  it("refuses that an array is used when it is over", () => {
    const store = village();
    const kept: unknown[][] = [];
    const tagsOf = ({ agents }: Village) => agents.alice?.tags ?? [];
    store.transact((draft) => void kept.push(tagsOf(draft)));
    store.transact((draft) => {
      tagsOf(draft).push("b");
      kept.push(tagsOf(draft));
    });
    for (const array of kept) expect(() => array.push("c")).toThrow(/revoked/);
    expect(store.world.agents.alice?.tags).toEqual(["a", "b"]);
  });

  it("copies an object that is moved from one place to another", () => {
    const store = village();
    const { changes } = store.transact((draft) => {
      const { alice, bob } = draft.agents;
      if (!alice?.inventory || !bob) return;
      bob.inventory = { tools: alice.inventory.tools };
      bob.tags = alice.tags ?? [];
      alice.tags?.push("z");
    });
    expect(told(changes)).toEqual([
      'set alice.tags ["a"] → ["a","z"]',
      "added bob.inventory.tools.axe null → 1",
      'added bob.tags null → ["a","z"]',
    ]);
    store.transact((draft) => {
      delete draft.agents.alice;
    });
    expect(store.world.agents.bob?.inventory).toEqual({ tools: { axe: 1 } });
  });

  it("tells what was assigned and kept its value, and which nodes were", () => {
    const { changes, assigned } = village().transact((draft) => {
      const { alice, bob } = draft.agents;
      if (!alice || !bob) return;
      alice.wealth = 100;
      bob.inventory = {};
      alice.inventory = { gold: 3, silver: 1 };
      delete bob.tags;
    });
    expect(told(changes)).toEqual([
      "removed alice.inventory.tools.axe 1 → null",
      "added alice.inventory.silver null → 1",
    ]);
    expect(
      assigned.map(({ agent_id, name, isNode }) => `${isNode ? "node" : "variable"} ${agent_id}.${name}`),
    ).toEqual([
      "variable alice.wealth",
      "node alice.inventory",
      "variable alice.inventory.gold",
      "node bob.inventory",
      "variable bob.tags",
    ]);
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

describe("what a transaction reads", () => {
  function readsOf(recipe: (draft: Village) => unknown, acting?: string): string[] {
    const read: string[] = [];
    const reads = {
      part: (agentId: string | undefined) => {
        const of = (name: string) => [agentId ?? "world", name].filter(Boolean).join(".");
        return {
          value: (name: string) => read.push(of(name)),
          presence: (name: string, isThere: boolean) => read.push(`${isThere ? "is" : "no"} ${of(name)}`),
          keys: (name: string) => read.push(`keys ${of(name)}`),
        };
      },
      agents: () => read.push("keys agents"),
    };
    village().transact(recipe, { reads, acting });
    return read;
  }

  it.each<[string, string[], (draft: Village) => unknown]>([
    ["a value", ["world.price"], ({ global }) => global.price],
    ["a value below", ["alice.inventory.gold"], ({ agents }) => agents.alice?.inventory?.gold],
    ["an array, whole", ["alice.tags"], ({ agents }) => agents.alice?.tags?.[0]],
    [
      "its own last value",
      ["world.price"],
      ({ global }) => {
        global.price = (global.price ?? 0) + 1;
      },
    ],
    [
      "nothing of what it wrote",
      [],
      ({ global }) => {
        global.price = 3;
        global.weather = { sky: global.price };
        return [global.price, global.weather];
      },
    ],
    ["that a node is there", ["is alice.inventory"], ({ agents }) => !agents.alice?.inventory],
    ["that an agent is there", ["is bob"], ({ agents }) => !agents.bob],
    ["that there is none", ["no zed"], ({ agents }) => !agents.zed],
    ["that a member is not there", ["no bob.tags"], ({ agents }) => agents.bob?.tags],
    ["that a member is there", ["is bob.wealth"], ({ agents }) => agents.bob && "wealth" in agents.bob],
    ["keys", ["keys alice.inventory"], ({ agents }) => Object.keys(agents.alice?.inventory ?? {})],
    [
      "keys and values",
      ["keys alice.inventory.tools", "alice.inventory.tools.axe"],
      ({ agents }) => Object.entries(agents.alice?.inventory?.tools ?? {}),
    ],
    ["the agents", ["keys agents"], ({ agents }) => Object.keys(agents)],
    [
      "all of what it assigns elsewhere",
      ["keys alice.inventory.tools", "alice.inventory.tools.axe"],
      ({ agents, global }) => {
        global.weather = agents.alice?.inventory?.tools;
      },
    ],
  ])("is %s", (_, expected, recipe) => {
    expect(readsOf(recipe)).toEqual(expected);
  });

  it("is that the acting agent is there, where nothing else is read of it: another may have let it go first", () => {
    const set = ({ agents }: Village) => {
      if (agents.bob) agents.bob.wealth = 1;
    };
    const look = ({ agents }: Village) => agents.bob?.wealth;
    expect(readsOf(set, "bob")).toEqual(["is bob"]);
    expect(readsOf(set, "alice")).toEqual(["is alice", "is bob"]);
    expect(readsOf(look, "bob")).toEqual(["bob.wealth"]);
  });

  it("is known where the recipe throws, too", () => {
    const read: string[] = [];
    const note = () => ({ value: (name: string) => read.push(name), presence: () => {}, keys: () => {} });
    const refused = () =>
      village().transact(
        ({ global }) => {
          if (global.price) throw new Error("no");
        },
        { reads: { part: note, agents: () => {} } },
      );
    expect(refused).toThrow("no");
    expect(read).toEqual(["price"]);
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
          const { changes } = store.transact((draft) => {
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
