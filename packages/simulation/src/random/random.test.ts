import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Random } from "./index.ts";

const draw = <T>(count: number, one: () => T): T[] => Array.from({ length: count }, one);

describe("random numbers", () => {
  it("of a seed and a name are always the same", () => {
    const random = Random.seeded(7, "run");
    expect(draw(4, () => random.uint32())).toEqual([281366262, 2038286033, 2743828959, 2620615159]);
  });

  it("of other seeds or names are others", () => {
    const firsts = [
      [1, "run"],
      [2, "run"],
      [1, "agent a"],
      [1, "agent b"],
      [-1, "run"],
    ] as const;
    expect(new Set(firsts.map(([seed, name]) => Random.seeded(seed, name).uint32())).size).toBe(5);
  });

  it("of one stream do not depend on what was drawn from others", () => {
    const streams = fc.array(
      fc.record({ name: fc.constantFrom("a", "b"), turn: fc.nat(3), draws: fc.nat(9) }),
    );
    fc.assert(
      fc.property(fc.integer(), streams, fc.nat(3), fc.nat(3), (seed, others, turn, occurrence) => {
        const alone = Random.seeded(seed, "x");
        alone.follow(alone.stream("a", turn, occurrence));
        const after = Random.seeded(seed, "x");
        for (const { name, turn: other, draws } of others) {
          after.follow(after.stream(name, other, 1));
          draw(draws, () => after.uint32());
        }
        after.follow(after.stream("a", turn, occurrence));
        expect(draw(5, () => after.float())).toEqual(draw(5, () => alone.float()));
      }),
    );
  });

  it("of other turns and occurrences are others", () => {
    const random = Random.seeded(1, "x");
    const firsts = [0, 1, 2].flatMap((turn) =>
      [0, 1, 2].map((occurrence) => {
        random.follow(random.stream("rule", turn, occurrence));
        return random.uint32();
      }),
    );
    expect(new Set(firsts).size).toBe(9);
  });

  it("are spread evenly over what is asked for", () => {
    const random = Random.seeded(3, "spread");
    const counts = new Map<number, number>();
    for (const value of draw(60_000, () => random.integer(1, 6)))
      counts.set(value, (counts.get(value) ?? 0) + 1);
    expect([...counts.keys()].toSorted((left, right) => left - right)).toEqual([1, 2, 3, 4, 5, 6]);
    // Five standard deviations of a count of 10,000.
    for (const count of counts.values())
      expect(Math.abs(count - 10_000)).toBeLessThan(5 * Math.sqrt(10_000 * (5 / 6)));
    const floats = draw(10_000, () => random.float());
    expect(Math.min(...floats)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...floats)).toBeLessThan(1);
    expect(floats.reduce((sum, value) => sum + value) / floats.length).toBeCloseTo(0.5, 1);
    const hits = draw(10_000, () => random.chance(0.2)).filter(Boolean).length;
    expect(Math.abs(hits - 2000)).toBeLessThan(5 * 40);
  });

  it("give integers of any range that is one", () => {
    const random = Random.seeded(1, "range");
    expect(draw(20, () => random.integer(5, 5))).toEqual(Array(20).fill(5));
    expect(random.integer(0, 2 ** 32 - 1)).toBeLessThan(2 ** 32);
    for (const [low, high] of [
      [2, 1],
      [0.5, 2],
      [0, 2 ** 32],
    ] as const) {
      expect(() => random.integer(low, high)).toThrow(RangeError);
    }
  });

  it("pick and shuffle without losing or changing anything", () => {
    const random = Random.seeded(1, "cards");
    const cards = draw(20, () => random.uint32());
    const before = [...cards];
    const shuffled = random.shuffle(cards);
    expect(cards).toEqual(before);
    expect(shuffled).not.toEqual(cards);
    expect(new Set(shuffled)).toEqual(new Set(cards));
    expect(shuffled).toHaveLength(20);
    expect(cards).toContain(random.pick(cards));
    expect(random.pick([])).toBeUndefined();
  });
});
