import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { VariableMap } from "../naming/index.ts";
import { StateFold, type StateWrite } from "../state/index.ts";
import { compileWatch, type VariableLookup } from "./watch.ts";
import { WatchTracker } from "./watch-tracker.ts";

describe("WatchTracker", () => {
  it("tells when an expression becomes true for an agent, and when it ceases", () => {
    const tracker = new WatchTracker(compileWatch("*.wealth < floor"));
    const write = (agent_id: string | undefined, variable_name: string, new_value: number) =>
      tracker.event(1, { agent_id, variable_name, new_value });
    expect(write(undefined, "floor", 0)).toEqual([]);
    expect(write("ann", "wealth", -1)).toEqual([{ agent_id: "ann", became: true }]);
    expect(write("ann", "wealth", -2)).toEqual([]);
    expect(write("bob", "wealth", 5)).toEqual([]);
    expect(write(undefined, "floor", 9)).toEqual([{ agent_id: "bob", became: true }]);
    expect(write("ann", "goods", 9)).toEqual([]);
    expect(
      tracker.event(2, { agent_id: "ann", variable_name: "wealth", new_value: null, change: "removed" }),
    ).toEqual([{ agent_id: "ann", became: false }]);
  });

  it("looks at the turn where the expression does", () => {
    const tracker = new WatchTracker(compileWatch("price > 2 and turn >= 3"));
    tracker.event(0, { variable_name: "price", new_value: 5 });
    expect([1, 2, 3, 4].map((turn) => tracker.event(turn))).toEqual([[], [], [{ became: true }], []]);
  });

  it("tells at the first event what holds from the start, because something is not there", () => {
    const tracker = new WatchTracker(compileWatch("global.x == null"));
    const x = (new_value: number | null, change: "added" | "removed") => ({
      variable_name: "x",
      new_value,
      change,
    });
    expect(tracker.event(0)).toEqual([{ became: true }]);
    expect(tracker.event(0)).toEqual([]);
    expect(tracker.event(3, x(1, "added"))).toEqual([{ became: false }]);
    expect(tracker.event(5, x(null, "removed"))).toEqual([{ became: true }]);
    // Where the first event ends it, it never held.
    expect(new WatchTracker(compileWatch("x == null")).event(0, x(1, "added"))).toEqual([]);
  });

  it("takes a name for the agent's once there is one, from the start where that is known", () => {
    const writes: StateWrite[] = [
      { variable_name: "alice.wealth", new_value: 111 },
      { agent_id: "alice", variable_name: "wealth", new_value: 222 },
      { agent_id: "alice", variable_name: "wealth", new_value: null, change: "removed" },
    ];
    const values = (tracker: WatchTracker) => writes.map((write) => tracker.event(0, write));
    const [live, known] = ["alice.wealth == 111", "alice.wealth == null"].map(compileWatch);
    if (live === undefined || known === undefined) throw new Error("two were compiled");
    expect(values(new WatchTracker(live))).toEqual([[{ became: true }], [{ became: false }], []]);
    expect(values(new WatchTracker(live, () => true))).toEqual([[], [], []]);
    expect(values(new WatchTracker(known, () => true))).toEqual([
      [{ became: true }],
      [{ became: false }],
      [{ became: true }],
    ]);
  });

  it("agrees with evaluating the whole state after every write", () => {
    const write = fc.record({
      agent_id: fc.constantFrom(undefined, "ann", "bob"),
      variable_name: fc.constantFrom("wealth", "ann.wealth", "goods", "price"),
      new_value: fc.integer({ min: -2, max: 2 }),
      change: fc.constantFrom(undefined, undefined, "removed" as const),
    });
    const expression = fc.constantFrom(
      "*.wealth < 0",
      "*.wealth < 0 and *.goods > 0",
      "ann.wealth < 0",
      "ann.wealth == null and price > 0",
      "*.wealth < price and turn > 2",
      "not (bob.goods > price) or turn % 2 == 1",
      "global.ann.wealth == null and *.goods != null",
      "price == null",
    );
    fc.assert(
      fc.property(expression, fc.array(write, { maxLength: 40 }), (text, writes) => {
        const watch = compileWatch(text);
        const tracker = new WatchTracker(watch);
        const reference = new StateFold();
        const came = new VariableMap<true>();
        const lookup: VariableLookup = {
          value(meanings) {
            const meant = meanings.find((one) => came.has(one.agent_id, one.variable_name));
            return meant && reference.get(meant.agent_id, meant.variable_name);
          },
        };
        const holding = new Set<string>();
        for (const [index, next] of writes.entries()) {
          const turn = index >> 1;
          for (const change of tracker.event(turn, next satisfies StateWrite)) {
            if (change.became) holding.add(change.agent_id ?? "");
            else holding.delete(change.agent_id ?? "");
          }
          reference.apply(next);
          came.set(next.agent_id, next.variable_name, true);
          const state = reference.toJSON();
          const expected = watch.hasWildcard
            ? Object.keys(state.agents).filter((id) => watch.holdsFor(id, lookup, turn))
            : watch.holdsFor(undefined, lookup, turn)
              ? [""]
              : [];
          expect([...holding].toSorted()).toEqual(expected.toSorted());
        }
      }),
    );
  });
});
