import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { differenceOf, relativeDistance } from "./apart.ts";

describe("how far two values are apart", () => {
  it.each([
    [90, 110, 0.1],
    [0, 5, 1],
    [-5, 5, 1],
    [7, 7, 0],
    [0, 0, 0],
    [1e308, -1e308, 1],
    ["S", "I", 1],
    ["S", "S", 0],
    [[1, 2], [1, 2], 0],
    [1, undefined, 1],
    [undefined, undefined, 0],
    [1, "1", 1],
  ])("is, of %j and %j, %d", (left, right, apart) => {
    expect(relativeDistance(left, right)).toBeCloseTo(apart, 12);
  });

  it("is the same from either side, between 0 and 1, and 0 of what is equal alone", () => {
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(number, number, (left, right) => {
        const apart = relativeDistance(left, right);
        expect(apart).toBeGreaterThanOrEqual(0);
        expect(apart).toBeLessThanOrEqual(1);
        expect(relativeDistance(right, left)).toBe(apart);
        if (apart === 0) expect(left - right).toBeCloseTo(0);
      }),
    );
  });

  it("is a finite number where both are numbers", () => {
    expect(differenceOf(3, 10)).toBe(7);
    expect(differenceOf(1e308, -1e308)).toBe(-Number.MAX_VALUE);
    expect(differenceOf(3, "10")).toBeUndefined();
    expect(differenceOf(undefined, 10)).toBeUndefined();
  });
});
