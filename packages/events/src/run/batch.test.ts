import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchRunId, plannedRuns, runBatchSchema, seedsText, shardOfPlace } from "./index.ts";

describe("the id of a batch's run", () => {
  it("is the batch and the seed, and of runs with settings a hash of these, whatever their order", () => {
    expect(batchRunId("market-1f0c2a9b", 3, {})).toBe("market-1f0c2a9b-s3");
    const id = batchRunId("sweep", -2, { a: 1, b: "x" });
    expect(id).toMatch(/^sweep-s-2-[0-9a-f]{6}$/);
    expect(batchRunId("sweep", -2, { b: "x", a: 1 })).toBe(id);
    expect(batchRunId("sweep", -2, { a: 1, b: "y" })).not.toBe(id);
  });
});

describe("shards", () => {
  it("have each run once, and differ in number by one at most", () => {
    fc.assert(
      fc.property(fc.nat(500), fc.integer({ min: 1, max: 70 }), (runs, of) => {
        const sizes = new Array<number>(of).fill(0);
        for (let place = 0; place < runs; place++) {
          const at = shardOfPlace(place, of) - 1;
          sizes[at] = (sizes[at] ?? 0) + 1;
        }
        expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(runs);
        expect(sizes).toHaveLength(of);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("seeds", () => {
  it.each([
    [[1, 2, 3, 7], "1..3,7"],
    [[5, 4, 4], "4,5"],
    [[-3, -2, -1, 0], "-3..0"],
    [[9], "9"],
  ])("%j are written as --seeds takes them", (seeds, text) => {
    expect(seedsText(seeds)).toBe(text);
  });

  it("are read from a plan as they were written", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: -50, max: 50 }), { minLength: 1 }), (seeds) => {
        const planned = [...plannedRuns({ seeds: seedsText(seeds), settings: [] })].map(({ seed }) => seed);
        expect(planned).toEqual(seeds.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe("a plan", () => {
  it("asks for every combination of its settings with every seed", () => {
    const plan = {
      seeds: "1,2",
      settings: [
        { path: "a", values: [1, 2] },
        { path: "b", values: [true] },
      ],
    };
    expect([...plannedRuns(plan)]).toEqual([
      { seed: 1, settings: { a: 1, b: true } },
      { seed: 2, settings: { a: 1, b: true } },
      { seed: 1, settings: { a: 2, b: true } },
      { seed: 2, settings: { a: 2, b: true } },
    ]);
  });

  it.each([
    ["", []],
    ["1..9007199254740993", []],
    ["all", []],
    ["1..3", Array.from({ length: 9 }, (_, at) => ({ path: `p${at}`, values: [1, 2, 3, 4, 5] }))],
  ])("of another hand (%s) asks for nothing rather than without end", (seeds, settings) => {
    expect([...plannedRuns({ seeds, settings })]).toEqual([]);
  });
});

describe("run.json's batch", () => {
  it("of an older run, a text, is its id and name", () => {
    expect(runBatchSchema.parse("sweep")).toEqual({ id: "sweep", name: "sweep", settings: {} });
  });

  it("keeps what a newer version adds, and leaves out a plan that is none", () => {
    expect(
      runBatchSchema.parse({ id: "b", name: "n", settings: { a: 1 }, planned: { seeds: 3 }, more: 1 }),
    ).toEqual({
      id: "b",
      name: "n",
      settings: { a: 1 },
      more: 1,
    });
  });
});
