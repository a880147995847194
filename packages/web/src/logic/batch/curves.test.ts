import { type VariablesAnswer, variablesAnswerSchema } from "@llm-sim/api";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  curveNamed,
  type DrawnCurve,
  drawnCurve,
  extentOf,
  nearestCurve,
  neighbourCurve,
  numbersOf,
  quickBatchCurves,
  type RunCurve,
  runCurves,
  turnsOf,
  valueAt,
} from "./index.ts";

const curve = (id: string, end: number, ...points: [number, number | null][]): RunCurve => ({
  id,
  end,
  turns: points.map(([turn]) => turn),
  values: points.map(([, value]) => value),
});

/** What a drawn line shows at a turn. */
function shownAt({ turns, values }: DrawnCurve, turn: number): number | null {
  const at = turns.findLastIndex((one) => one <= turn);
  const [from, value] = [turns[at] ?? 0, values[at] ?? null];
  const [to, next] = [turns[at + 1], values[at + 1] ?? null];
  if (from === turn || value === null) return value;
  if (to === undefined || next === null) return null;
  return value + ((next - value) * (turn - from)) / (to - from);
}

const anyCurve = fc
  .record({
    steps: fc.array(
      fc.tuple(fc.integer({ min: 1, max: 9 }), fc.option(fc.integer({ min: -9, max: 9 }), { nil: null })),
      { minLength: 1, maxLength: 12 },
    ),
    rest: fc.nat(9),
  })
  .map(({ steps, rest }) => {
    let turn = -1;
    const points = steps.map(([step, value]): [number, number | null] => {
      turn += step;
      return [turn, value];
    });
    return curve("a", turn + rest, ...points);
  });

describe("a run's curve", () => {
  const stock = curve("a", 10, [0, 500], [3, 42], [6, null], [8, 1]);

  it("holds a value until the next, and knows none before its first, where it is gone and behind the end", () => {
    expect([0, 2, 3, 5, 6, 7, 8, 10].map((turn) => valueAt(stock, turn))).toEqual([
      500,
      500,
      42,
      42,
      null,
      null,
      1,
      1,
    ]);
    expect(valueAt(stock, 11)).toBeNull();
    expect(valueAt(curve("a", 9, [4, 1]), 3)).toBeNull();
  });

  it("is drawn as it was at every turn", () => {
    fc.assert(
      fc.property(anyCurve, (one) => {
        const drawn = drawnCurve(one, 1);
        for (let turn = one.turns[0] ?? 0; turn <= one.end; turn++) {
          const value = valueAt(one, turn);
          // A gap has no line; that nothing is there is seen.
          if (value !== null) expect(shownAt(drawn, turn)).toBe(value);
        }
      }),
    );
  });

  it("is joined straight where points were left out", () => {
    expect(drawnCurve(curve("a", 20, [0, 1], [10, 2], [20, 3]), 10).turns).toEqual([0, 10, 20]);
  });
});

describe("curves of all runs", () => {
  const three = [curve("a", 5, [0, 1]), curve("b", 5, [0, 5]), curve("c", 3, [0, 9])];

  it("are those that had a number", () => {
    const answer = {
      curves: [
        { id: "a", turns: 2, points: [[0, 1], [1], [2, "gone"]] as [number, ...(number | string)[]][] },
        { id: "b", turns: 2, points: [[0, "calm"]] as [number, ...string[]][] },
      ],
    };
    expect(runCurves(answer)).toEqual([curve("a", 2, [0, 1], [1, null], [2, null])]);
    expect(extentOf(three)).toEqual([1, 9]);
    expect(extentOf([])).toBeUndefined();
  });

  it("are found by the nearest at a turn, within reach", () => {
    expect(nearestCurve(three, 2, 7.5, 2)?.curve.id).toBe("c");
    expect(nearestCurve(three, 4, 7.5, 2)).toBeUndefined();
    expect(nearestCurve(three, 4, 7.5, 3)).toMatchObject({ curve: { id: "b" }, value: 5 });
  });

  it("are gone through from the lowest up and from the highest down, and stop at the ends", () => {
    expect(neighbourCurve(three, 2, undefined, "up")?.curve.id).toBe("a");
    expect(neighbourCurve(three, 2, undefined, "down")?.curve.id).toBe("c");
    expect(neighbourCurve(three, 2, "a", "up")?.curve.id).toBe("b");
    expect(neighbourCurve(three, 2, "c", "up")?.curve.id).toBe("c");
    expect(neighbourCurve(three, 4, "b", "up")?.curve.id).toBe("b");
    expect(neighbourCurve([], 4, "b", "up")).toBeUndefined();
  });

  it("of one value are all come by", () => {
    const alike = ["a", "b", "c"].map((id) => curve(id, 5, [0, 1]));
    expect(neighbourCurve(alike, 0, "a", "up")?.curve.id).toBe("b");
    expect(neighbourCurve(alike, 0, "b", "up")?.curve.id).toBe("c");
    expect(neighbourCurve(alike, 0, "b", "down")?.curve.id).toBe("a");
  });
});

describe("a variable of several runs", () => {
  const answer = (id: string, turns: number, fields: Partial<VariablesAnswer["variables"][number]>[]) =>
    variablesAnswerSchema.parse({
      simulation_id: id,
      from: "summary",
      turns,
      variables: fields.map((one) => ({ variable: "fish", writes: 1, ...one })),
      total: fields.length,
      has_more: false,
      complete: true,
      gaps: [],
    });
  const one = answer("one", 9, [
    {
      least: 1,
      greatest: 5,
      points: [
        [0, 5],
        [4, 1],
      ],
    },
    { variable: "mood", points: [[0, "calm"]] },
    { agent_id: "boat", variable: "caught", least: 0, points: [[0, 0]] },
  ]);
  const other = answer("other", 3, [{ variable: "price", least: 1, points: [[1, 2]] }]);

  it("is chosen from what was a number in any of them", () => {
    expect(numbersOf([one, other])).toEqual(["fish", "boat.caught", "price"]);
  });

  it("is found by its name, as far as the run has it", () => {
    expect(curveNamed(one, "fish")).toEqual(curve("one", 9, [0, 5], [4, 1]));
    expect(curveNamed(one, "boat.caught")).toEqual(curve("one", 9, [0, 0]));
    expect(curveNamed(one, "mood")).toBeUndefined();
    expect(curveNamed(other, "fish")).toBeUndefined();
  });

  it("is drawn at the turns at which it may bend", () => {
    expect(turnsOf([curve("a", 9, [0, 5], [4, 1]), curve("b", 3, [1, 2])])).toEqual([0, 1, 3, 4, 9]);
    expect(turnsOf([])).toEqual([]);
  });
});

describe("the answer that has the curves", () => {
  const parsed = (points: unknown) =>
    quickBatchCurves.answer.safeParse({
      variable: "fish",
      runs: 1,
      kind: "number",
      curves: [{ id: "a", turns: 3, points }],
      every_turns: 1,
      complete: true,
      gaps: [],
    }).success;

  it("is parsed, points and all, as the contract has it", () => {
    for (const points of [[], [[0, 5]], [[0, 1.5], [2]], [[0, "calm"]], [[0, [1, 2]]], [[0, null]]])
      expect(parsed(points), JSON.stringify(points)).toBe(true);
    for (const points of [undefined, 5, [5], [["0", 1]], [[0.5, 1]], [[-1, 1]], [[]], [{}]])
      expect(parsed(points), JSON.stringify(points)).toBe(false);
  });
});
