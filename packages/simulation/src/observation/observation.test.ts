import { format, inspect } from "node:util";
import type { EventHandle } from "@llm-sim/events";
import { openMemoryStream } from "@llm-sim/events/testing";
import { describe, expect, it } from "vitest";
import { shapedAs, type VariableChange, type World, WorldStore } from "../world/index.ts";
import { copyOf, ObservationError, observationOf, Reads, Tracker, trackedWorld } from "./index.ts";

interface Market extends World {
  global: { price: number; offers: { gold?: number; silver?: number }; history: { day: number }[] };
  agents: Record<string, { wealth: number; mood?: string; bag: { gold?: number } }>;
}

const { stream } = await openMemoryStream({ verbosity: "DETAIL", scopes: "explicit" });

/** A world in which every write is known by name, and one agent that reads. */
function setUp() {
  const store = new WorldStore<Market>({
    global: { price: 10, offers: { gold: 3, silver: 1 }, history: [{ day: 1 }] },
    agents: { alice: { wealth: 100, bag: { gold: 1 } }, bob: { wealth: 50, bag: {} } },
  });
  const tracker = new Tracker();
  const { writes } = tracker;
  const names = new Map<EventHandle, string>();
  const named = (name: string) => {
    const handle = stream.detail("write", {});
    names.set(handle, name);
    return handle;
  };
  const handlesOf = (changes: readonly VariableChange[], time: string) =>
    changes.map(({ agent_id, variable_name }) => named(`${agent_id ?? ""}.${variable_name}@${time}`));
  const everything = store.everything();
  writes.begin(everything, handlesOf(everything, "0"));
  const change = (time: string, recipe: (draft: Market) => void) => {
    const { changes, assigned } = store.transact(recipe);
    writes.record(changes, handlesOf(changes, time));
    writes.assign(assigned, named(`rule@${time}`));
  };
  /** What the agent read, when it is shown what `show` makes of the world and does `read` with it. */
  const readsOf = <O>(show: (world: Market) => O, read: (observation: O) => unknown): string[] => {
    const reads = new Reads(tracker);
    const world = trackedWorld(shapedAs<Market>(store.world), reads.watching("alice"));
    const shown = tracker.within(reads, () => show(world));
    const observation = observationOf(shown, reads);
    tracker.within(reads, () => read(observation));
    reads.end();
    return reads
      .causes()
      .map((handle) => names.get(handle) ?? "?")
      .toSorted();
  };
  return { store, tracker, change, readsOf };
}

const all = (world: Market) => world;
const wealthOf = (world: Market) => Object.values(world.agents).map(({ wealth }) => wealth);
const mine = (world: Market) => ({ me: world.agents.alice, world: world.global });

describe("what an agent reads", () => {
  it("is each variable it gets, and no other", () => {
    const { readsOf } = setUp();
    expect(readsOf(mine, () => {})).toEqual([]);
    expect(readsOf(mine, ({ me }) => me?.wealth)).toEqual(["alice.wealth@0"]);
    expect(readsOf(all, ({ global }) => global.offers.gold)).toEqual([".offers.gold@0"]);
    expect(readsOf(mine, ({ me }) => me)).toEqual([]);
  });

  it("is the last write of the variable", () => {
    const { change, readsOf } = setUp();
    change("1", (draft) => {
      draft.global.price = 11;
    });
    expect(readsOf(mine, ({ world }) => world.price)).toEqual([".price@1"]);
  });

  it("counts an array as one variable, however much of it is used", () => {
    const { readsOf } = setUp();
    expect(readsOf(all, ({ global }) => global.history)).toEqual([".history@0"]);
    expect(readsOf(all, ({ global }) => global.history.map(({ day }) => day))).toEqual([".history@0"]);
  });

  it.each<[string, (offers: object) => unknown]>([
    ["Object.entries", Object.entries],
    ["JSON.stringify", JSON.stringify],
    ["spread", (offers) => ({ ...offers })],
    ["util.inspect", inspect],
    ["util.format", (offers) => format("%o %s", offers, offers)],
    ["context.copy", copyOf],
  ])("counts all that %s reveals", (_, read) => {
    const { readsOf } = setUp();
    expect(readsOf(all, ({ global }) => read(global.offers))).toEqual([".offers.gold@0", ".offers.silver@0"]);
  });

  it.each<[string, (offers: object) => unknown]>([
    ["Object.keys", Object.keys],
    [
      "for … in",
      (offers) => {
        for (const _ in offers);
      },
    ],
  ])("counts the node's keys with %s, and no values", (_, read) => {
    const { change, readsOf } = setUp();
    expect(readsOf(all, ({ global }) => read(global.offers))).toEqual([".offers.gold@0"]);
    change("1", (draft) => {
      draft.global.offers.silver = 2;
    });
    expect(readsOf(all, ({ global }) => read(global.offers))).toEqual([".offers.gold@0"]);
    change("2", (draft) => {
      delete draft.global.offers.silver;
      draft.global.offers.gold = 9;
    });
    expect(readsOf(all, ({ global }) => read(global.offers))).toEqual([".offers.gold@0", ".offers.silver@2"]);
  });

  it("counts that a node is there, of which nothing else is read", () => {
    const { change, readsOf } = setUp();
    expect(readsOf(all, ({ global }) => (global.offers ? 1 : 0))).toEqual([".offers.gold@0"]);
    expect(readsOf(all, ({ agents }) => typeof agents.bob)).toEqual(["bob.wealth@0"]);
    change("1", (draft) => {
      draft.global.offers = { gold: 3 };
    });
    expect(readsOf(all, ({ global }) => !global.offers)).toEqual(["rule@1"]);
    expect(readsOf(all, ({ global }) => global.offers.gold)).toEqual(["rule@1"]); // assigned anew, the same
  });

  it("counts an assignment that changed nothing", () => {
    const { change, readsOf } = setUp();
    change("1", (draft) => {
      draft.global.price = 10;
    });
    expect(readsOf(all, ({ global }) => global.price)).toEqual(["rule@1"]);
  });

  it("counts the coming of an empty object", () => {
    const { change, readsOf } = setUp();
    change("1", (draft) => {
      draft.agents.carol = { wealth: 1, bag: {} };
      draft.agents.bob = { wealth: 50, bag: { gold: 1 } };
    });
    change("2", (draft) => {
      if (draft.agents.bob) draft.agents.bob.bag = {};
    });
    expect(readsOf(all, ({ agents }) => Object.keys(agents.bob?.bag ?? {}))).toEqual(["rule@2"]);
  });

  it("counts a deep JSON.stringify as reading everything", () => {
    const { readsOf } = setUp();
    expect(readsOf(all, (world) => JSON.parse(JSON.stringify(world)))).toHaveLength(7);
  });

  it("counts that something is there, or gone", () => {
    const { change, readsOf } = setUp();
    expect(readsOf(all, ({ global }) => "gold" in global.offers)).toEqual([".offers.gold@0"]);
    change("1", (draft) => {
      delete draft.global.offers.gold;
    });
    expect(readsOf(all, ({ global }) => "gold" in global.offers)).toEqual([
      ".offers.gold@0",
      ".offers.gold@1",
    ]);
    expect(readsOf(all, ({ global }) => global.offers.gold)).toEqual([".offers.gold@0", ".offers.gold@1"]);
    // Never there: as long as what it would be in.
    expect(readsOf(all, ({ agents }) => agents.alice?.mood)).toEqual(["alice.wealth@0"]);
  });

  it("counts that an agent has come or gone", () => {
    const { change, readsOf } = setUp();
    change("1", (draft) => {
      delete draft.agents.bob;
    });
    expect(readsOf(all, ({ agents }) => agents.bob)).toEqual(["bob.wealth@1"]);
    expect(readsOf(all, ({ agents }) => Object.keys(agents))).toEqual(["alice.wealth@0", "bob.wealth@1"]);
  });

  it.each<[string, (world: Market) => object]>([
    ["a value that was worked out", (world) => ({ shown: Math.max(...wealthOf(world)) })],
    [
      "a piece that was chosen",
      (world) => ({ shown: Math.max(...wealthOf(world)) > 1 ? world.global : world.agents }),
    ],
    ["whether there is a member", (world) => (Math.max(...wealthOf(world)) > 1 ? { shown: 1 } : {})],
    [
      "a function that knows",
      (world) => {
        const most = Math.max(...wealthOf(world));
        return { shown: () => most };
      },
    ],
    ["a Map", (world) => ({ shown: new Map([["most", Math.max(...wealthOf(world))]]) })],
    ["an array", (world) => ({ shown: wealthOf(world) })],
  ])("counts all that was read to put it together, once it looks at %s", (_, show) => {
    const { readsOf } = setUp();
    const both = ["alice.wealth@0", "bob.wealth@0"];
    expect(readsOf(show, () => {})).toEqual([]);
    expect(readsOf(show, (observation) => "shown" in observation && observation.shown)).toEqual(
      expect.arrayContaining(both),
    );
    expect(readsOf(show, (observation) => Object.keys(observation))).toEqual(expect.arrayContaining(both));
  });

  it.each<[string, (world: Market) => unknown]>([
    ["a number", (world) => Math.max(...wealthOf(world))],
    ["a text", (world) => `You have ${wealthOf(world).join()}`],
    ["a Map", (world) => new Map([["most", Math.max(...wealthOf(world))]])],
    ["a piece", (world) => (Math.max(...wealthOf(world)) > 1 ? world.global : world.agents)],
  ])("counts all that was read for it where what it is shown is %s", (_, show) => {
    const { readsOf } = setUp();
    expect(readsOf(show, () => {})).toEqual(expect.arrayContaining(["alice.wealth@0", "bob.wealth@0"]));
  });

  it("counts an array that was handed out as a piece", () => {
    const { readsOf } = setUp();
    const history = (world: Market) => ({ days: world.global.history });
    expect(readsOf(history, ({ days }) => days.length)).toEqual([".history@0"]);
    expect(readsOf(history, ({ days }) => days[0]?.day)).toEqual([".history@0"]);
  });

  it("counts what a function reads when it is called", () => {
    const { readsOf } = setUp();
    const asked = (world: Market) => ({ wealthOf: (id: string) => world.agents[id]?.wealth });
    expect(readsOf(asked, ({ wealthOf: ask }) => ask)).toEqual([]);
    expect(readsOf(asked, ({ wealthOf: ask }) => ask("bob"))).toEqual(["bob.wealth@0"]);
  });

  it("counts what a getter gives when it is asked", () => {
    const { readsOf } = setUp();
    const lazy = (world: Market) => ({
      get price() {
        return world.global.price;
      },
      get wealth() {
        return world.agents.alice?.wealth;
      },
    });
    expect(readsOf(lazy, ({ price }) => price)).toEqual([".price@0"]);
  });

  it("ends with the decision", () => {
    const { store, tracker } = setUp();
    const reads = new Reads(tracker);
    const shown = mine(trackedWorld(shapedAs<Market>(store.world), reads.watching("alice")));
    const observation = observationOf(shown, reads);
    const { me, world } = observation;
    expect(me?.wealth).toBe(100);
    reads.end();
    expect(() => world.price).toThrow(/until its decision is made.*context\.copy/);
    expect(() => observation.me).toThrow(ObservationError);
    expect(reads.causes()).toHaveLength(1);
  });
});

describe("an observation", () => {
  function observed(): { me: Market["agents"][string] | undefined; world: Market["global"] } {
    const { store, tracker } = setUp();
    const reads = new Reads(tracker);
    return observationOf(mine(trackedWorld(shapedAs<Market>(store.world), reads.watching("alice"))), reads);
  }

  it.each<[string, (observation: ReturnType<typeof observed>) => unknown]>([
    ["setting a variable", ({ me }) => Object.assign(me ?? {}, { wealth: 1 })],
    ["adding one", ({ world }) => Object.assign(world, { extra: 1 })],
    ["deleting one", ({ world }) => Reflect.deleteProperty(world.offers, "gold")],
    ["pushing to an array", ({ world }) => world.history.push({ day: 2 })],
    ["changing what an array holds", ({ world }) => Object.assign(world.history[0] ?? {}, { day: 9 })],
    ["setting a piece", (observation) => Object.assign(observation, { me: undefined })],
    ["defining a property", ({ world }) => Object.defineProperty(world, "x", { value: 1 })],
  ])("refuses %s and says what to do", (_, write) => {
    const observation = observed();
    expect(() => write(observation)).toThrow(ObservationError);
    expect(() => write(observation)).toThrow(/read-only.*return an action/);
  });

  it("looks like what it shows", () => {
    const { me, world } = observed();
    expect(me).toEqual({ wealth: 100, bag: { gold: 1 } });
    expect(Array.isArray(world.history)).toBe(true);
    expect(world.history).toHaveLength(1);
    expect([...world.history, 1]).toEqual([{ day: 1 }, 1]);
    expect(world.offers).toBe(world.offers);
    expect(Object.keys(world)).toEqual(["price", "offers", "history"]);
    expect(inspect(world)).toBe("{ price: 10, offers: { gold: 3, silver: 1 }, history: [ { day: 1 } ] }");
  });
});
