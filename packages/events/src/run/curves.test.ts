import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Curves } from "./curves.ts";

const writes = fc.array(
  fc.record({
    turns: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 4000 })),
    variable: fc.constantFrom("wealth", "price", "stock"),
    value: fc.integer({ min: 0, max: 3 }),
  }),
  { maxLength: 30 },
);

function summaries(
  all: readonly { turns: number; variable: string; value: number }[],
  mostPoints: number,
  pass: (curves: Curves, from: number, to: number) => void,
): unknown {
  const curves = new Curves(mostPoints);
  let turn = 0;
  for (const { turns, variable, value } of all) {
    pass(curves, turn, turn + turns);
    turn += turns;
    curves.wrote({ variable_name: variable, new_value: value }, turn);
  }
  pass(curves, turn, turn + 1);
  return { every: curves.every, variables: [...curves.variables()] };
}

describe("turns that end together", () => {
  it("leave the same points as each by itself", () => {
    fc.assert(
      fc.property(writes, fc.constantFrom(4, 20, 1_500_000), (all, mostPoints) => {
        expect(summaries(all, mostPoints, (curves, from, to) => curves.endTurns(from, to))).toEqual(
          summaries(all, mostPoints, (curves, from, to) => {
            for (let turn = from; turn < to; turn++) curves.endTurn(turn);
          }),
        );
      }),
    );
  });

  it("cost nothing where their numbers were taken from a clock", () => {
    const curves = new Curves();
    curves.wrote({ variable_name: "wealth", new_value: 1 }, 0);
    curves.endTurns(0, Number.MAX_SAFE_INTEGER);
    curves.wrote({ variable_name: "wealth", new_value: 2 }, Number.MAX_SAFE_INTEGER);
    curves.finish(Number.MAX_SAFE_INTEGER);
    expect([...curves.variables()]).toMatchObject([
      {
        points: [
          [0, 1],
          [Number.MAX_SAFE_INTEGER, 2],
        ],
        first: 1,
        last: 2,
        writes: 2,
      },
    ]);
  });
});
