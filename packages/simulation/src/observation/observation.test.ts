import { inspect } from "node:util";
import { EventHandle } from "@llm-sim/events";
import { describe, expect, it } from "vitest";
import { shapedAs, type World, WorldStore } from "../world/index.ts";
import { LastWrites, ObservationError, observationOf, Reads, trackedWorld } from "./index.ts";

interface Market extends World {
  global: { price: number; offers: { gold?: number; silver?: number }; history: { day: number }[] };
  agents: Record<string, { wealth: number; mood?: string; bag: { gold?: number } }>;
}

/** A world in which every write is known by name, and one agent that reads. */
function setUp() {
  const store = new WorldStore<Market>({
    global: { price: 10, offers: { gold: 3, silver: 1 }, history: [{ day: 1 }] },
    agents: { alice: { wealth: 100, bag: { gold: 1 } }, bob: { wealth: 50, bag: {} } },
  });
  const writes = new LastWrites();
  const names = new Map<EventHandle, string>();
  const record = (changes: ReturnType<typeof store.everything>, time: string) => {
    for (const change of changes) {
      const handle = new EventHandle(undefined, 0);
      names.set(handle, `${change.agent_id ?? ""}.${change.variable_name}@${time}`);
      writes.record(change, handle);
    }
  };
  record(store.everything(), "0");
  const change = (time: string, recipe: (draft: Market) => void) => record(store.transact(recipe), time);
  /** What the agent read, when it is shown what `show` makes of the world and does `read` with it. */
  const readsOf = <O>(show: (world: Market) => O, read: (observation: O) => unknown): string[] => {
    const reads = new Reads(writes);
    const shown = show(trackedWorld(shapedAs<Market>(store.world), reads));
    reads.begin();
    read(observationOf(shown, reads));
    reads.end();
    return reads
      .causes()
      .map((handle) => names.get(handle) ?? "?")
      .toSorted();
  };
  return { store, writes, change, readsOf };
}

const all = (world: Market) => world;
const mine = (world: Market) => ({ me: world.agents.alice, world: world.global });

describe("what an agent reads", () => {
  it("is each variable it gets, and no other", () => {
    const { readsOf } = setUp();
    expect(readsOf(mine, () => {})).toEqual([]);
    expect(readsOf(mine, ({ me }) => me?.wealth)).toEqual(["alice.wealth@0"]);
    expect(readsOf(all, ({ global }) => global.offers.gold)).toEqual([".offers.gold@0"]);
    expect(readsOf(all, ({ agents }) => agents.bob)).toEqual([]);
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
    ["Object.keys", Object.keys],
    ["Object.entries", Object.entries],
    ["JSON.stringify", JSON.stringify],
    ["spread", (offers) => ({ ...offers })],
    [
      "for … in",
      (offers) => {
        for (const _ in offers);
      },
    ],
  ])("counts all that %s reveals", (_, read) => {
    const { readsOf } = setUp();
    expect(readsOf(all, ({ global }) => read(global.offers))).toEqual([".offers.gold@0", ".offers.silver@0"]);
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
    expect(readsOf(all, ({ global }) => "gold" in global.offers)).toEqual([".offers.gold@1"]);
    expect(readsOf(all, ({ global }) => global.offers.gold)).toEqual([".offers.gold@1"]);
    expect(readsOf(all, ({ global }) => Object.keys(global.offers))).toEqual([
      ".offers.gold@1",
      ".offers.silver@0",
    ]);
    expect(readsOf(all, ({ agents }) => agents.alice?.mood)).toEqual([]);
  });

  it("counts that an agent has come or gone", () => {
    const { change, readsOf } = setUp();
    change("1", (draft) => {
      delete draft.agents.bob;
    });
    expect(readsOf(all, ({ agents }) => agents.bob)).toEqual(["bob.wealth@1"]);
    expect(readsOf(all, ({ agents }) => Object.keys(agents))).toEqual(["bob.wealth@1"]);
  });

  it("counts copied values together, and only once one of them is read", () => {
    const { readsOf } = setUp();
    const copied = (world: Market) => ({
      richest: Math.max(...Object.values(world.agents).map(({ wealth }) => wealth)),
      world: world.global,
    });
    expect(readsOf(copied, ({ world }) => world.price)).toEqual([".price@0"]);
    expect(readsOf(copied, ({ richest }) => richest)).toEqual(["alice.wealth@0", "bob.wealth@0"]);
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
    const { store, writes } = setUp();
    const reads = new Reads(writes);
    const { me, world } = observationOf(mine(trackedWorld(shapedAs<Market>(store.world), reads)), reads);
    reads.begin();
    expect(me?.wealth).toBe(100);
    reads.end();
    expect(world.price).toBe(10);
    expect(reads.causes()).toHaveLength(1);
  });
});

describe("an observation", () => {
  function observed(): { me: Market["agents"][string] | undefined; world: Market["global"] } {
    const { store } = setUp();
    const reads = new Reads(new LastWrites());
    return observationOf(mine(trackedWorld(shapedAs<Market>(store.world), reads)), reads);
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
