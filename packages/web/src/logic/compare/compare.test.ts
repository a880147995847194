import { RELATIONS, type TurnDistance, VALUE_ORDERS } from "@llm-sim/api";
import { EVENT_TYPES } from "@llm-sim/events/schema";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { distanceLines, pageOf, readCompareView, writeCompareView } from "./index.ts";

const name = fc.string({ minLength: 1 });
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });
const view = fc.record({
  variable: maybe(name),
  order: fc.constantFrom(...VALUE_ORDERS),
  turn: maybe(fc.nat()),
  equal: fc.boolean(),
  valuesPage: fc.nat(),
  chosen: fc.record({
    agent: maybe(fc.string()),
    kind: maybe(fc.constantFrom(...EVENT_TYPES)),
    name: maybe(name),
    relation: maybe(fc.constantFrom(...RELATIONS)),
  }),
  page: fc.nat(),
});

describe("the address of a comparison", () => {
  it("carries the view whole, whatever agents and variables are called", () => {
    fc.assert(
      fc.property(view, (one) => {
        expect(readCompareView(writeCompareView(one))).toEqual(one);
      }),
    );
  });

  it("is empty of what is as by default, and reads nonsense as that", () => {
    const plain = readCompareView({ order: "size", turn: "-1", page: "x", kind: "EVENT", values: "0" });
    expect(plain).toEqual(readCompareView({}));
    expect(Object.values(writeCompareView(plain)).filter((value) => value !== undefined)).toEqual([]);
  });
});

describe("a page of a long list", () => {
  it("says which it holds, and is the last where one beyond it is asked for", () => {
    expect(pageOf(250, 100, 0)).toEqual({ page: 0, pages: 3, first: 1, last: 100 });
    expect(pageOf(250, 100, 9)).toEqual({ page: 2, pages: 3, first: 201, last: 250 });
    expect(pageOf(0, 100, 4)).toEqual({ page: 0, pages: 1, first: 0, last: 0 });
  });

  it("is one of pages that hold each item once", () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 60 }), (total, size) => {
        const { pages } = pageOf(total, size, 0);
        const held = Array.from({ length: pages }, (_, page) => pageOf(total, size, page));
        expect(held.reduce((sum, { first, last }) => sum + (total === 0 ? 0 : last - first + 1), 0)).toBe(
          total,
        );
      }),
    );
  });
});

describe("the distance over turns", () => {
  it("is 0 up to the turn before the runs part", () => {
    const turn = (at: number, share: number): TurnDistance => ({
      turn: at,
      differing: 1,
      distance: 1,
      known: 4,
      share,
      normalised: share / 2,
      variables: {},
      agents: {},
    });
    expect(distanceLines([turn(3, 0.25), turn(4, 0.5)])).toEqual({
      turns: [0, 2, 3, 4],
      share: [0, 0, 25, 50],
      normalised: [0, 0, 12.5, 25],
    });
    expect(distanceLines([turn(0, 1)]).turns).toEqual([0]);
    expect(distanceLines([turn(1, 1)]).turns).toEqual([0, 1]);
    expect(distanceLines([]).turns).toEqual([]);
  });
});
