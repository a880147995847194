import { describe, expect, it } from "vitest";
import { Batch } from "./answer.ts";
import { factsOf, type MadeRun } from "./made-batch.test.fixture.ts";
import { Random } from "./random.ts";
import { isWide, roundBetween, widestGap } from "./split.ts";
import { type Sign, toldApart } from "./telling.ts";

function partingOf(runs: MadeRun[]) {
  const { parting, no_parting } = new Batch("sweep", runs.map(factsOf)).answer([]);
  return { parting, no_parting };
}

const TURNS = 20;
const seeds = (count: number) => Array.from({ length: count }, (_, seed) => seed);
const turns = Array.from({ length: TURNS + 1 }, (_, turn) => turn);

/** Fish that collapses from turn 12 on where the boats were greedy in turn 4 already; whatever else there is is noise. */
function fishery(
  count: number,
  { isGreedy = (seed: number) => seed % 3 === 0, isTold = true } = {},
): MadeRun[] {
  return seeds(count).map((seed) => {
    const random = new Random(seed + 1);
    const greedy = isGreedy(seed);
    const noise = () => random.next() * 10;
    const effort = turns.map((turn) => (isTold && turn >= 4 ? (greedy ? 8 : 2) + noise() / 10 : 1));
    return {
      seed,
      curves: {
        fish: turns.map((turn) => (greedy && turn >= 12 ? 1 + noise() / 10 : 80 + noise())),
        rain: turns.map(noise),
        "boat: effort": effort,
        "boat: luck": turns.map(noise),
      },
    };
  });
}

describe("runs that part", () => {
  it.each([18, 30, 300])("are told of, with the turn, the groups and the first sign, of %i runs", (count) => {
    const { parting } = partingOf(fishery(count));
    const greedy = seeds(count).filter((seed) => seed % 3 === 0);
    expect(parting).toMatchObject({ variable: "fish", turn: 12 });
    expect(parting?.groups.map(({ runs }) => runs.length)).toEqual([greedy.length, count - greedy.length]);
    expect(new Set(parting?.groups[0]?.runs)).toEqual(new Set(greedy.map((seed) => `sweep-s${seed}`)));
    expect(parting?.groups.map(({ name }) => name)).toEqual(["fish < 40", "fish ≥ 40"]);
    expect(parting?.sentence).toMatch(
      new RegExp(
        `^From the end of turn 12 on the ${count} runs are in two groups that stay apart: fish ends from 1`,
      ),
    );
    expect(parting?.by).toMatchObject({
      agent_id: "boat",
      variable: "effort",
      turn: 4,
      group: "fish < 40",
      right: 1,
      runs: count,
    });
    expect([5, 6]).toContain(parting?.by?.at_least);
    expect(parting?.by?.chance).toBeLessThanOrEqual(0.05);
    expect(parting?.by?.sentence).toMatch(
      new RegExp(
        `^At the end of turn 4 all ${count} runs were told apart already by boat\\.effort: with [56] or more they come to fish < 40`,
      ),
    );
  });

  it("are told apart by a setting before anything else", () => {
    const runs = fishery(18).map((run) => ({ ...run, settings: { share: run.seed % 3 === 0 ? 0.2 : 0.1 } }));
    const { parting } = partingOf(runs);
    expect(parting?.by).toMatchObject({
      setting: "share",
      variable: "share",
      turn: 0,
      at_least: 0.2,
      group: "fish < 40",
      right: 1,
    });
    expect(parting?.by?.sentence).toBe(
      "Before they began all 18 runs were told apart already by the setting share: with 0.2 or more they come to fish < 40, with less they do not.",
    );
  });

  it("have no sign where nothing told them apart before", () => {
    const { parting } = partingOf(fishery(30, { isTold: false }));
    expect(parting).toMatchObject({ variable: "fish", turn: 12 });
    expect(parting).not.toHaveProperty("by");
  });

  it("are told apart as far as they are, and how many that is", () => {
    // Two of thirty deceive: as greedy as the others, and yet their fish stays.
    const runs = fishery(30).map((run, at) =>
      at === 0 || at === 3
        ? { ...run, curves: { ...run.curves, fish: turns.map((turn) => 85 + turn / 10) } }
        : run,
    );
    const { parting } = partingOf(runs);
    expect(parting?.by).toMatchObject({ variable: "effort", turn: 4 });
    expect(parting?.by?.right).toBeCloseTo(28 / 30, 10);
    expect(parting?.by?.sentence).toContain("28 of the 30 runs were told apart");
  });

  it("are apart as long as both groups have runs: one that ends earlier counts no more", () => {
    const runs = fishery(12).map((run) => {
      const greedy = run.seed % 3 === 0;
      const curves = Object.fromEntries(
        Object.entries(run.curves ?? {}).map(([name, values]) => [
          name,
          greedy ? values.slice(0, 15) : values,
        ]),
      );
      return { ...run, curves, turns: greedy ? 14 : TURNS };
    });
    expect(partingOf(runs).parting).toMatchObject({ turn: 12 });
  });
});

describe("runs that do not part", () => {
  it.each([
    ["noise", (random: Random) => turns.map(() => random.next())],
    [
      "walks at random",
      (random: Random) => {
        let at = 0;
        return turns.map(() => (at += random.next() - 0.5));
      },
    ],
    [
      "growth at a rate of each one's own",
      (random: Random) => {
        const rate = random.next();
        return turns.map((turn) => rate * turn);
      },
    ],
  ])("are not said to: %s", (_, curve) => {
    let parted = 0;
    for (let time = 0; time < 30; time++) {
      const count = [6, 10, 30, 60][time % 4] ?? 6;
      const runs = seeds(count).map((seed) => {
        const random = new Random(1000 * time + seed);
        return { seed, curves: { x: curve(random), y: curve(random), z: curve(random) } };
      });
      const { parting, no_parting } = partingOf(runs);
      if (parting !== undefined) parted++;
      else expect(no_parting).toMatch(/^The \d+ runs that came to their end do not part into groups/);
    }
    expect(parted).toBeLessThanOrEqual(1);
  });

  it("are not said to where they are apart in the last turn alone", () => {
    const runs = seeds(12).map((seed) => ({
      seed,
      curves: { x: turns.map((turn) => (turn === TURNS && seed % 2 === 0 ? 100 : seed / 100)) },
    }));
    expect(partingOf(runs).parting).toBeUndefined();
  });

  it("are not asked where they are few, or nothing differs", () => {
    expect(partingOf(fishery(5)).no_parting).toMatch(/^Too few runs/);
    const same = seeds(8).map((seed) => ({ seed, curves: { x: [1, 1], s: ["a"] } }));
    expect(partingOf(same).no_parting).toMatch(/do not part/);
  });
});

describe("the widest gap", () => {
  it("is wide by chance in about one of a thousand samples, and no more, of whatever source", () => {
    const sources: ((random: Random) => number)[] = [
      (random) => random.next(),
      (random) => Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next()),
      (random) => -Math.log(1 - random.next()),
    ];
    const random = new Random(7);
    for (const count of [6, 12, 60])
      for (const source of sources) {
        let wide = 0;
        for (let sample = 0; sample < 1000; sample++) {
          const split = widestGap(Array.from({ length: count }, () => source(random)));
          if (split !== undefined && isWide(split, count)) wide++;
        }
        expect(wide, `${count} runs`).toBeLessThanOrEqual(5);
      }
  });

  it("leaves no group of one", () => {
    expect(widestGap([1, 2, 3, 4, 5, 900])).toBeUndefined();
    expect(widestGap([3, 3, 3])).toBeUndefined();
  });

  it.each([
    [1.9, 80.2, 40],
    [0, 1, 1],
    [0.1234, 0.1249, 0.124],
    [-7, -2, -4],
    [99, 100, 100],
  ])("of %d and %d is called by a round number", (below, above, round) => {
    expect(roundBetween(below, above)).toBe(round);
  });
});

describe("signs", () => {
  it("of which there are many find nothing in groups by lot", () => {
    let found = 0;
    for (let time = 0; time < 30; time++) {
      const random = new Random(time);
      const isUpper = Array.from({ length: 10 }, (_, run) => run < 4);
      const signs: Sign<number>[] = Array.from({ length: 100 }, (_, what) => ({
        what,
        turn: what,
        values: Float64Array.from({ length: 10 }, () => random.next()),
      }));
      if (toldApart(signs, isUpper) !== undefined) found++;
    }
    expect(found).toBeLessThanOrEqual(3);
  });
});
