import type { StateAnswer } from "@llm-sim/api";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { categoryColor, heatColor } from "../palette/index.ts";
import {
  changedPlaces,
  gridOf,
  gridSize,
  gridsIn,
  gridValue,
  isGrid,
  MAX_CATEGORIES,
  placeAtKey,
  placeText,
  shadeOf,
} from "./index.ts";

const state: StateAnswer = {
  simulation_id: "run",
  turn: 1,
  global: { map: [[1, 2.5], [-3]], list: [1, 2], price: 4, empty: [[]], deep: [[[1]]], people: [[{ a: 1 }]] },
  agents: { "a.b": { seen: [["wood", true, null]] }, bob: { seen: [] } },
  check: "none",
  exact: true,
  gaps: [],
};

describe("a grid", () => {
  it("is a list of lists of single values, the world's or an agent's", () => {
    expect(gridsIn(state)).toEqual([
      { text: "map", variable: "map", agent: undefined },
      { text: '"a.b".seen', variable: "seen", agent: "a.b" },
    ]);
    expect([[], [[]], [1], [[1], 2], [[1, [2]]], "text", undefined].map((value) => isGrid(value))).toEqual(
      Array(7).fill(false),
    );
    const [map] = gridsIn(state);
    expect(map && gridValue({ ...state, global: {} }, map)).toBeUndefined();
  });

  it("of numbers has heat, from the least to the greatest", () => {
    const grid = gridOf([[1, 2.5], [-3]]);
    expect(grid.scale).toEqual({ kind: "numbers", least: -3, greatest: 2.5 });
    expect(gridSize(grid)).toBe("2 × 2");
    const shade = shadeOf(grid);
    expect([-3, -0.25, 2.5, null, undefined].map((item) => shade(item))).toEqual([
      0,
      0.5,
      1,
      undefined,
      undefined,
    ]);
    expect(shadeOf(gridOf([[7, 7]]))(7)).toBe(0.5);
  });

  it("of anything else has categories, the most frequent first; past twelve they share a colour", () => {
    const grid = gridOf([
      ["wood", true, "wood"],
      [null, 3, "wood"],
    ]);
    expect(grid.scale).toEqual({
      kind: "categories",
      categories: [
        { text: "wood", count: 3 },
        { text: "3", count: 1 },
        { text: "true", count: 1 },
      ],
    });
    expect(["wood", "true", null].map((item) => shadeOf(grid)(item))).toEqual([0, 2, undefined]);
    const many = gridOf([Array.from({ length: 30 }, (_, at) => `kind ${at}`)]);
    expect(shadeOf(many)("kind 29")).toBe(MAX_CATEGORIES);
  });

  it("tells of each place what stands there, and what did before", () => {
    const [now, before] = [gridOf([[1, 2000.5], ["a"]]), gridOf([[1, 2], [true]])];
    expect(placeText(now, before, 0, 0)).toBe("row 0, column 0: 1");
    expect(placeText(now, before, 0, 1)).toBe("row 0, column 1: 2,000.5, was 2");
    expect(placeText(now, before, 1, 0)).toBe("row 1, column 0: a, was true");
    expect(placeText(now, undefined, 1, 1)).toBe("row 1, column 1: nothing");
    expect(changedPlaces(now, before)).toBe(2);
    expect(changedPlaces(now, undefined)).toBe(0);
  });

  it("is walked through by keys, and never left", () => {
    const keys = fc.constantFrom(
      "ArrowUp",
      "ArrowDown",
      "ArrowLeft",
      "ArrowRight",
      "Home",
      "End",
      "PageUp",
      "PageDown",
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(keys),
        (rows, columns, all) => {
          let place = { row: 0, column: 0 };
          for (const key of all) place = placeAtKey(key, place, { rows, columns }) ?? place;
          expect(place.row).toBeGreaterThanOrEqual(0);
          expect(place.row).toBeLessThan(rows);
          expect(place.column).toBeGreaterThanOrEqual(0);
          expect(place.column).toBeLessThan(columns);
        },
      ),
    );
    expect(placeAtKey("End", { row: 1, column: 0 }, { rows: 3, columns: 4 })).toEqual({ row: 1, column: 3 });
    expect(placeAtKey("a", { row: 1, column: 0 }, { rows: 3, columns: 4 })).toBeUndefined();
  });
});

describe("a grid's colours", () => {
  it("tell apart what is below zero and what is above, and meet in the middle at zero", () => {
    const at = (value: number) => heatColor((value + 10) / 30, -10, 20, "light").join();
    expect(new Set([at(-10), at(0), at(20)]).size).toBe(3);
    expect(at(0)).toBe(heatColor(0.5, -5, 5, "light").join());
  });

  it("are different for each category that has one, in both themes", () => {
    for (const theme of ["light", "dark"] as const) {
      const places = Array.from({ length: MAX_CATEGORIES + 1 }, (_, place) => place);
      expect(new Set(places.map((place) => categoryColor(place, MAX_CATEGORIES, theme).join())).size).toBe(
        MAX_CATEGORIES + 1,
      );
    }
  });
});
