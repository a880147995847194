import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { laneStrips, NO_CODE, placedFlags, stripPieces, tickPixels } from "./index.ts";

const owner = (agent: string | undefined, values: (number | string | boolean | undefined)[]) => ({
  agent,
  values,
});

describe("a variable under the lanes", () => {
  it("is a colour for each text, the same in every lane, and nothing where it is not there", () => {
    const strips = laneStrips({
      turns: [0, 1, 2],
      owners: [owner("ann", ["S", "I", "R"]), owner("bob", [undefined, "S", "S"])],
    });
    expect(strips).toMatchObject({
      kind: "categories",
      categories: ["S", "I", "R"],
      starts: [0, 1, 2],
      end: 3,
    });
    expect([...(strips?.lanes.get("ann") ?? [])]).toEqual([0, 1, 2]);
    expect([...(strips?.lanes.get("bob") ?? [])]).toEqual([NO_CODE, 0, 0]);
  });

  it("is a line for numbers, all lanes on one scale", () => {
    const strips = laneStrips({
      turns: [0, 1],
      owners: [owner("ann", [10, 20]), owner("bob", [15, undefined])],
    });
    expect(strips).toMatchObject({ kind: "numbers", least: 10, greatest: 20 });
    expect([...(strips?.lanes.get("bob") ?? [])]).toEqual([0.5, Number.NaN]);
  });

  it("is none of the world's, and none of a variable that nobody has", () => {
    expect(laneStrips({ turns: [0], owners: [owner(undefined, [1])] })).toBeUndefined();
  });

  it("holds since the turn told before where not every turn is told", () => {
    const strips = laneStrips({ turns: [0, 4, 7], owners: [owner("ann", [1, 2, 3])] });
    expect(strips).toMatchObject({ starts: [0, 1, 5], end: 8 });
  });

  it("joins what stays the same, leaves gaps, and puts each value where its turn is", () => {
    const strips = laneStrips({ turns: [0, 1, 2, 3], owners: [owner("ann", ["S", "S", undefined, "I"])] });
    const values = strips?.lanes.get("ann");
    if (!strips || !values) throw new Error("there is a lane");
    const pieces = stripPieces(strips, values, { from: 0, to: 4 }, 400);
    expect(pieces.map(({ from, to, code }) => [from, to, code])).toEqual([
      [0, 200, 0],
      [300, 400, 1],
    ]);
  });

  it("takes no more pieces than there are pixels, however long the run is, and loses no extreme", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5000 }), fc.integer({ min: 10, max: 300 }), (turns, width) => {
        const all = Array.from({ length: turns }, (_, turn) => turn);
        const owners = [
          owner(
            "ann",
            all.map((turn) => (turn * 7919) % 101),
          ),
        ];
        const strips = laneStrips({ turns: all, owners });
        const values = strips?.lanes.get("ann");
        if (!strips || !values) throw new Error("there is a lane");
        const pieces = stripPieces(strips, values, { from: 0, to: turns }, width);
        expect(pieces.length).toBeLessThanOrEqual(width + 1);
        expect(Math.min(...pieces.map(({ low }) => low))).toBe(Math.min(...values));
        expect(Math.max(...pieces.map(({ high }) => high))).toBe(Math.max(...values));
        expect(pieces.at(-1)?.to).toBeCloseTo(width);
      }),
      { numRuns: 40 },
    );
  });
});

describe("flags on the axis", () => {
  const measure = (label: string) => label.length * 6;
  const flags = [
    { position: 0, label: "open" },
    { position: 4, label: "a phase with a very long name that is long" },
    { position: 5, label: "end" },
  ];

  it("bear their names where these stand whole before the next flag", () => {
    expect(placedFlags(flags, { from: 0, to: 10 }, 500, measure)).toEqual([
      { x: 0, label: "open", side: "right" },
      { x: 200, label: undefined, side: "right" },
      { x: 250, label: "end", side: "right" },
    ]);
  });

  it("bear them before the pole where there is room only there, as at the right edge", () => {
    const late = [{ position: 9.9, label: "the last phase" }];
    expect(placedFlags(late, { from: 0, to: 10 }, 500, measure)).toEqual([
      { x: 495, label: "the last phase", side: "left" },
    ]);
  });

  it("say at the left edge which phase goes on", () => {
    expect(placedFlags(flags, { from: 1, to: 11 }, 1000, measure)[0]).toMatchObject({ x: 0, label: "open" });
    expect(placedFlags(flags, { from: 6, to: 11 }, 1000, measure)).toMatchObject([{ x: 0, label: "end" }]);
  });

  it("are no more than can be told apart", () => {
    const many = Array.from({ length: 5000 }, (_, position) => ({ position, label: "p" }));
    expect(placedFlags(many, { from: 0, to: 5000 }, 600, measure).length).toBeLessThanOrEqual(201);
  });

  it("and ticks stand on each pixel once, in sight", () => {
    expect(tickPixels([-1, 0, 0.001, 5, 20], { from: 0, to: 10 }, 100)).toEqual([0, 50]);
  });
});
