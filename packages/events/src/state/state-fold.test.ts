import { createHash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StateFold, type StateWrite } from "./state-fold.ts";

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

const world = (name: string, value: StateWrite["new_value"]): StateWrite => ({
  variable_name: name,
  new_value: value,
});
const agent = (agentId: string, name: string, value: StateWrite["new_value"]): StateWrite => ({
  agent_id: agentId,
  ...world(name, value),
});
const removed = (write: StateWrite): StateWrite => ({ ...write, new_value: null, change: "removed" });

function folded(writes: readonly StateWrite[]): StateFold {
  const fold = new StateFold();
  for (const write of writes) fold.apply(write);
  return fold;
}

describe("the folded state", () => {
  it("is what the writes left, flat, the world and each agent apart", () => {
    const fold = folded([
      world("rate", 0.02),
      agent("alice", "wealth", 1000),
      agent("alice", "inventory.gold", 3),
      agent("bob", "wealth", 5),
      agent("alice", "wealth", 900),
      removed(agent("bob", "wealth", 5)),
    ]);
    expect(fold.toJSON()).toEqual({
      global: { rate: 0.02 },
      agents: { alice: { wealth: 900, "inventory.gold": 3 } },
    });
    expect(fold.get("alice", "wealth")).toBe(900);
    expect(fold.get("bob", "wealth")).toBeUndefined();
    expect([...fold.agentIds()]).toEqual(["alice"]);
  });

  it("takes names that objects have by themselves", () => {
    const fold = folded([world("__proto__", 1), agent("__proto__", "constructor", 2)]);
    expect(JSON.stringify(fold)).toBe('{"global":{"__proto__":1},"agents":{"__proto__":{"constructor":2}}}');
  });

  it("goes on from where it was saved", () => {
    const fold = folded([world("rate", 1), agent("alice", "wealth", 2)]);
    expect(StateFold.from(fold.toJSON()).hash()).toBe(fold.hash());
  });
});

describe("the state hash", () => {
  it("is SHA-256 over the sorted hashes of the parts, each over its canonical JSON", () => {
    const parts = [
      sha256('{"variables":{"rate":0.02}}'),
      sha256('{"agent_id":"alice","variables":{"inventory.gold":3,"wealth":900}}'),
      sha256('{"agent_id":"bob","variables":{"pets":[{"age":3,"name":"rex"}]}}'),
    ];
    const fold = folded([
      agent("bob", "pets", [{ name: "rex", age: 3 }]),
      agent("alice", "wealth", 900),
      agent("alice", "inventory.gold", 3),
      world("rate", 0.02),
    ]);
    expect(fold.hash()).toBe(sha256(parts.toSorted().join("")));
  });

  it("of the empty state is that of the empty text", () => {
    expect(new StateFold().hash()).toBe(sha256(""));
  });

  it("changes where two agents swap their states, or an agent is called as the world's part could be", () => {
    const hashes = [
      folded([agent("alice", "x", 1), agent("bob", "x", 2)]),
      folded([agent("alice", "x", 2), agent("bob", "x", 1)]),
      folded([agent("global", "x", 1), agent("bob", "x", 2)]),
      folded([world("x", 1), agent("bob", "x", 2)]),
    ].map((fold) => fold.hash());
    expect(new Set(hashes).size).toBe(4);
  });

  it("is the same whether asked at every step or once, and in whatever order the variables came", () => {
    const write = fc.record({
      agent_id: fc.option(fc.constantFrom("alice", "bob", "carol"), { nil: undefined }),
      variable_name: fc.constantFrom("a", "b", "c.d", "__proto__"),
      new_value: fc.oneof(fc.integer(), fc.string(), fc.constant(null), fc.array(fc.integer())),
      change: fc.constantFrom("added" as const, "removed" as const, undefined),
    });
    fc.assert(
      fc.property(fc.array(write), (writes) => {
        const asked = new StateFold();
        for (const one of writes) {
          asked.apply(one);
          asked.hash();
        }
        const once = folded(writes);
        expect(asked.hash()).toBe(once.hash());
        const { global, agents } = once.toJSON();
        const backwards = {
          global: Object.fromEntries(Object.entries(global).toReversed()),
          agents: Object.fromEntries(Object.entries(agents).toReversed()),
        };
        expect(StateFold.from(backwards).hash()).toBe(once.hash());
      }),
    );
  });

  it("hashes only the parts that changed", () => {
    const fold = new StateFold();
    for (let index = 0; index < 2_000; index++) {
      for (let variable = 0; variable < 50; variable++) {
        fold.apply(agent(`agent-${index}`, `variable-${variable}`, index * variable));
      }
    }
    const whole = timed(() => fold.hash());
    fold.apply(agent("agent-7", "variable-3", -1));
    const again = timed(() => fold.hash());
    expect(again).toBeLessThan(whole / 4);
  });
});

function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}
