import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { StateFold, type StateWrite } from "../state/index.ts";
import { compileWatch } from "./watch.ts";
import { WatchTracker } from "./watch-tracker.ts";

describe("WatchTracker", () => {
  it("tells when an expression becomes true for an agent, and when it ceases", () => {
    const tracker = new WatchTracker(compileWatch("*.wealth < floor"));
    const write = (agent_id: string | undefined, variable_name: string, new_value: number) =>
      tracker.write({ agent_id, variable_name, new_value }, 1);
    expect(write(undefined, "floor", 0)).toEqual([]);
    expect(write("ann", "wealth", -1)).toEqual([{ agent_id: "ann", became: true }]);
    expect(write("ann", "wealth", -2)).toEqual([]);
    expect(write("bob", "wealth", 5)).toEqual([]);
    expect(write(undefined, "floor", 9)).toEqual([{ agent_id: "bob", became: true }]);
    expect(write("ann", "goods", 9)).toEqual([]);
    expect(
      tracker.write({ agent_id: "ann", variable_name: "wealth", new_value: null, change: "removed" }, 2),
    ).toEqual([{ agent_id: "ann", became: false }]);
  });

  it("looks at the turn where the expression does", () => {
    const tracker = new WatchTracker(compileWatch("price > 2 and turn >= 3"));
    tracker.write({ variable_name: "price", new_value: 5 }, 0);
    expect([1, 2, 3, 4].map((turn) => tracker.turn(turn))).toEqual([[], [], [{ became: true }], []]);
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
    );
    fc.assert(
      fc.property(expression, fc.array(write, { maxLength: 40 }), (text, writes) => {
        const watch = compileWatch(text);
        const tracker = new WatchTracker(watch);
        const reference = new StateFold();
        const holding = new Set<string>();
        for (const [index, next] of writes.entries()) {
          const turn = index >> 1;
          for (const change of [...tracker.turn(turn), ...tracker.write(next satisfies StateWrite, turn)]) {
            if (change.became) holding.add(change.agent_id ?? "");
            else holding.delete(change.agent_id ?? "");
          }
          reference.apply(next);
          const state = reference.toJSON();
          const expected = watch.hasWildcard
            ? Object.keys(state.agents).filter((id) =>
                watch.holdsFor(id, { value: (a, path) => reference.get(a, path.join(".")) }, turn),
              )
            : watch.evaluate(state, turn)
              ? [""]
              : [];
          expect([...holding].toSorted()).toEqual(expected.toSorted());
        }
      }),
    );
  });
});
