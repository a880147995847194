import type { Ledger } from "@llm-sim/api";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { byActor, stacksOf } from "./index.ts";

const stand = { value: 0, turn: 0, event_id: "01M8CTR7KWHAF9TMVXMEDHCG4K" };

function ledger(entries: Record<string, string[]>): Ledger {
  const all = Object.entries(entries);
  return {
    from: stand,
    to: stand,
    change: "0",
    entries: all.map(([label, amounts]) => ({
      label,
      ...(label.includes(" by ") && { agent_id: label.split(" by ")[1] ?? "" }),
      amount: String(amounts.reduce((sum, amount) => sum + Number(amount), 0)),
      count: 1,
      event_ids: [],
      turn_start: 1,
      turn_end: 2,
      every_turn: false,
    })),
    stretches: (all[0]?.[1] ?? []).map((_, place) => ({
      turn_start: place + 1,
      turn_end: place + 1,
      value: 0,
      amounts: all.map(([, amounts]) => amounts[place] ?? "0"),
    })),
  };
}

describe("a ledger by actor", () => {
  it("puts all that an agent did together, and leaves rules by themselves", () => {
    const actors = byActor(
      ledger({ "harvest by ann": ["-3", "-4"], regrowth: ["+5", "0"], "gift by ann": ["+1", "0"] }),
    );
    expect(actors).toEqual([
      { name: "ann", agent: "ann", amount: -6, amounts: [-2, -4] },
      { name: "regrowth", amount: 5, amounts: [5, 0] },
    ]);
  });

  it("tells an agent from a rule of the same name", () => {
    expect(byActor(ledger({ ann: ["+1"], "gift by ann": ["+2"] }))).toHaveLength(2);
  });

  it("puts the smallest of many together, so that the sum stays whole", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 1, maxLength: 20 }), (amounts) => {
        const actors = byActor(
          ledger(Object.fromEntries(amounts.map((amount, at) => [`a by agent-${at}`, [String(amount)]]))),
          4,
        );
        expect(actors.length).toBe(Math.min(4, amounts.length));
        const sum = amounts.reduce((all, one) => all + one, 0);
        expect(actors.reduce((all, { amount }) => all + amount, 0)).toBe(sum);
      }),
    );
  });
});

describe("a ledger's bars over turns", () => {
  it("stack what was added upward and what was taken downward", () => {
    const actors = byActor(ledger({ "x by a": ["+2", "-1"], "x by b": ["+3", "-4"], "x by c": ["-1", "0"] }));
    const { bars, least, greatest } = stacksOf(actors, 2);
    expect([least, greatest]).toEqual([-5, 5]);
    expect(bars[0]?.map(({ from, to }) => [from, to])).toEqual([
      [0, 3],
      [3, 5],
      [0, -1],
    ]);
    expect(bars[1]?.map(({ from, to }) => [from, to])).toEqual([
      [0, -4],
      [-4, -5],
    ]);
  });
});
