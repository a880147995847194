import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  belowLog,
  chartCsv,
  drawnValues,
  extent,
  type Line,
  placeAtKey,
  placeOf,
  quantilesOf,
  readingAt,
  readingText,
  stretches,
} from "./index.ts";

const line = (label: string, values: (number | null)[], fields: Partial<Line> = {}): Line => ({
  label,
  values,
  color: "#000",
  dash: [],
  ...fields,
});
const value = fc.option(fc.integer({ min: -50, max: 50 }), { nil: null });
const curve = fc.array(value, { maxLength: 12 });

describe("what a chart says at a turn", () => {
  const data = {
    lines: [line("alice", [1, 2500, null]), line("one of many", [0, 0, 0], { faint: true })],
    bands: [{ label: "10–90 %", low: [0, 1, null], high: [2, 3, null], opacity: 0.3, color: "#000" }],
  };

  it("is every line's and band's value, of those that have a place in the legend", () => {
    expect(readingAt(data, 1).items.map(({ label, text }) => [label, text])).toEqual([
      ["alice", "2,500"],
      ["10–90 %", "1 to 3"],
    ]);
  });

  it("is a dash where there is none, and read out as none", () => {
    expect(readingText(readingAt(data, 2))).toBe("turn 2: alice none, 10–90 % none");
    expect(readingText(readingAt(data, 9))).toBe("turn 9: alice none, 10–90 % none");
  });

  it("is gone through by keys, within the turns there are", () => {
    const at = (key: string, place: number, shiftKey = false) => placeAtKey({ key, shiftKey }, place, 40);
    expect(at("ArrowRight", 3)).toEqual({ place: 4, chooses: false });
    expect(at("ArrowLeft", 0, true)).toEqual({ place: 0, chooses: true });
    expect(at("End", 3)?.place).toBe(40);
    expect(at("PageDown", 3)?.place).toBe(0);
    expect(at("j", 3)).toBeUndefined();
    expect(at("toString", 3)).toBeUndefined();
  });
});

describe("what is drawn", () => {
  it("stands at the turns that are given, and is read at the last of them that is not past the one asked for", () => {
    const turns = [0, 10, 20, 25];
    const data = { lines: [line("alice", [1, 2, 3, 4])], bands: [], stacked: false, turns };
    expect(readingAt(data, placeOf(turns, 24)).turn).toBe(20);
    expect([placeOf(turns, 0), placeOf(turns, 25), placeOf(turns, 99), placeOf([], 3)]).toEqual([0, 3, 3, 0]);
    expect(chartCsv(data)).toContain("\r\n25,4\r\n");
  });

  it("of counts that lie one upon another is the sum up to each, and the last is the whole", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.nat(9), { minLength: 5, maxLength: 5 }), { minLength: 1 }),
        (counts) => {
          const drawn = drawnValues({ lines: counts.map((one, at) => line(String(at), one)), stacked: true });
          for (let turn = 0; turn < 5; turn++)
            expect(drawn.at(-1)?.[turn]).toBe(counts.reduce((sum, one) => sum + (one[turn] ?? 0), 0));
        },
      ),
    );
  });

  it("leaves a gap where there is no value: every value lies in one stretch, and nothing else does", () => {
    fc.assert(
      fc.property(curve, (values) => {
        const inside = new Set(
          stretches(values).flatMap(([first, last]) =>
            Array.from({ length: last - first + 1 }, (_, at) => first + at),
          ),
        );
        expect([...inside].sort((a, b) => a - b)).toEqual(
          values.flatMap((one, turn) => (one === null ? [] : [turn])),
        );
      }),
    );
  });

  it("reaches from the smallest to the greatest that are in sight", () => {
    const drawn = [[1, null, -3, 100], [5]];
    expect(extent(drawn, { from: 0, to: 2 }, "linear")).toEqual({ least: -3, greatest: 5 });
    expect(extent(drawn, { from: 1, to: 1 }, "linear")).toBeUndefined();
    expect(extent(drawn, { from: 0, to: 9 }, "log")).toEqual({ least: 1, greatest: 100 });
  });

  it("on a logarithmic scale leaves out what is 0 or less, and how much that is can be said", () => {
    const data = { lines: [line("alice", [1, 0, -2]), line("bob", [1, 2])], bands: [] };
    expect(belowLog(data)).toEqual({ values: 2, of: ["alice"] });
  });
});

describe("quantiles of many curves", () => {
  it("lie in order, within what there is, and are told of the curves that have a value", () => {
    fc.assert(
      fc.property(fc.array(curve, { maxLength: 20 }), (curves) => {
        const { least, p10, p50, p90, greatest, count } = quantilesOf(curves);
        for (const [turn, known] of count.entries()) {
          const there = curves.flatMap((one) => one[turn] ?? []);
          expect(known).toBe(there.length);
          const row = [least, p10, p50, p90, greatest].map((one) => one[turn] ?? null);
          if (known === 0) expect(row).toEqual([null, null, null, null, null]);
          else {
            expect(row[0]).toBe(Math.min(...there));
            expect(row[4]).toBe(Math.max(...there));
            expect(row.map(Number)).toEqual(row.map(Number).sort((a, b) => a - b));
          }
        }
      }),
    );
  });

  it("lie between two values where no value is just there", () => {
    const { p10, p50 } = quantilesOf([[1], [2], [3], [4]]);
    expect(p50).toEqual([2.5]);
    expect(p10[0]).toBeCloseTo(1.3);
  });
});

it("is saved as a table with a row a turn, names with commas in quotes", () => {
  const bands = [{ label: "middle", low: [1, null], high: [2, null], opacity: 1, color: "#000" }];
  expect(chartCsv({ lines: [line('a "b", c', [1.5, null])], bands, stacked: false })).toBe(
    'turn,"a ""b"", c","middle, low","middle, high"\r\n0,1.5,1,2\r\n1,,,\r\n',
  );
});
