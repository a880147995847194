import type { ValuesAnswer } from "@llm-sim/api";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  categoriesOf,
  categoryAt,
  countsOf,
  OTHER_VALUES,
  ownerCurves,
  quickValues,
  variablePlot,
} from "./index.ts";

type Series = ValuesAnswer["series"][number];

const curvesOf = (series: Series[], turn_end: number, fields: Partial<ValuesAnswer> = {}) =>
  ownerCurves({
    simulation_id: "run",
    variable: "*.x",
    turn_start: 0,
    turn_end,
    every: 1,
    series,
    complete: true,
    gaps: [],
    ...fields,
  });
const plotOf = (series: Series[], turn_end = 2, fields = {}) =>
  variablePlot(curvesOf(series, turn_end), {
    name: "x",
    every: 1,
    highlighted: undefined,
    theme: "light",
    ...fields,
  });
const person = (at: number, points: Series["points"]): Series => ({ agent_id: `person ${at}`, points });

describe("a variable's values by turn", () => {
  it("hold until the next, are not there before the first nor once the variable went, agents in the order of their numbers", () => {
    const { turns, owners } = curvesOf([person(10, [[0, 1]]), person(2, [[1, "a"], [3], [4, null]])], 5);
    expect(turns).toEqual([0, 1, 2, 3, 4, 5]);
    expect(owners.map(({ agent }) => agent)).toEqual(["person 2", "person 10"]);
    expect(owners[0]?.values).toEqual([undefined, "a", "a", undefined, null, null]);
  });

  it("stand at the turns that were told, the last turn among them", () => {
    const { turns, owners } = curvesOf(
      [
        person(1, [
          [2, 5],
          [9, 6],
        ]),
      ],
      9,
      { turn_start: 2, every: 4 },
    );
    expect(turns).toEqual([2, 6, 9]);
    expect(owners[0]?.values).toEqual([5, 5, 6]);
  });
});

it("an answer is looked at as a whole, and what is no point of it is refused", () => {
  const answer = {
    simulation_id: "run",
    variable: "*.x",
    turn_start: 0,
    turn_end: 1,
    every: 1,
    complete: true,
    gaps: [],
  };
  const isAnswer = (points: unknown) =>
    quickValues.answer.safeParse({ ...answer, series: [{ agent_id: "ann", points }] }).success;
  expect(isAnswer([[0, 1], [1, "a"], [2, null], [3]])).toBe(true);
  for (const wrong of [[[0, {}]], [[-1, 0]], [["0", 0]], [[]], [0], {}, undefined])
    expect(isAnswer(wrong)).toBe(false);
});

describe("how a variable is drawn", () => {
  it("is a line for each of a few agents, what is no number a gap", () => {
    const { kind, data, doubts } = plotOf([
      person(1, [
        [0, 1],
        [1, "lost"],
        [2, 3],
      ]),
      person(2, [[1, 7]]),
    ]);
    expect(kind).toBe("lines");
    expect(data.lines.map(({ values }) => values)).toEqual([
      [1, null, 3],
      [null, 7, 7],
    ]);
    expect(doubts).toEqual([]);
  });

  it("says of agents whose values are no numbers that they are not drawn", () => {
    const { kind, data, doubts } = plotOf([person(1, [[0, 1]]), person(2, [[0, "none"]])]);
    expect([kind, data.lines.length]).toEqual(["lines", 1]);
    expect(doubts[0]?.message).toBe('Not drawn: 1 agent without a number here: person 2 ("none").');
  });

  it("is quantiles of many, within all of them, with one agent's line over them where one is chosen", () => {
    const many = Array.from({ length: 60 }, (_, at) => person(at, [[0, at]]));
    expect(plotOf(many).data.lines.map(({ label }) => label)).toEqual(["median of 60"]);
    const { kind, data } = plotOf(many, 2, { highlighted: "person 7" });
    expect(kind).toBe("quantiles");
    expect(data.lines.map(({ label, values }) => [label, values[2]])).toEqual([
      ["median of 60", 29.5],
      ["person 7", 7],
    ]);
    expect(data.bands.map(({ low, high }) => [low[0], high[0]?.toFixed(1)])).toEqual([
      [0, "59.0"],
      [5.9, "53.1"],
    ]);
  });

  it("is how many have which text or boolean, one upon another", () => {
    const { kind, data } = plotOf([
      person(1, [
        [0, "S"],
        [1, "I"],
      ]),
      person(2, [[0, "S"]]),
      person(3, [[2, "R"]]),
    ]);
    expect(kind).toBe("counts");
    expect(data.lines.map(({ label, values }) => [label, values])).toEqual([
      ["S", [2, 1, 1]],
      ["I", [0, 1, 1]],
      ["R", [0, 0, 1]],
    ]);
  });

  it("says where only some of the turns are drawn", () => {
    expect(plotOf([person(1, [[0, 1]])], 2, { every: 4 }).doubts[0]?.message).toContain("every 4th turn");
  });
});

describe("counting texts", () => {
  it("counts everyone who has one, once, whatever the texts are", () => {
    const point = fc.tuple(
      fc.nat(5),
      fc.oneof(fc.string({ maxLength: 2 }), fc.boolean(), fc.integer({ max: 30, min: 0 })),
    );
    fc.assert(
      fc.property(fc.array(fc.array(point, { maxLength: 4 }), { maxLength: 30 }), (people) => {
        const { turns, owners } = curvesOf(
          people.map((points, at) =>
            person(
              at,
              points.sort(([a], [b]) => a - b),
            ),
          ),
          5,
        );
        const categories = categoriesOf(owners);
        const counts = countsOf(owners, categories);
        for (const place of turns) {
          const there = owners.filter(({ values }) => values[place] !== undefined).length;
          expect(counts.reduce((sum, row) => sum + (row[place] ?? 0), 0)).toBe(there);
        }
        expect(new Set(categories).size).toBe(categories.length);
        expect(categories.length).toBeLessThanOrEqual(8);
      }),
    );
  });

  it("puts together what is beyond the commonest", () => {
    const { owners } = curvesOf(
      Array.from({ length: 20 }, (_, at) => person(at, [[0, `t${Math.min(at, 9)}`]])),
      0,
    );
    const categories = categoriesOf(owners);
    expect(categories).toHaveLength(8);
    expect(categories.at(-1)).toBe(OTHER_VALUES);
    expect(categoryAt("t8", categories)).toBe(7);
    expect(categoryAt("t9", categories)).toBeLessThan(7);
  });
});
