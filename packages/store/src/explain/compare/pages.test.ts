import {
  type CompareDifferencesQuery,
  type CompareValuesQuery,
  compareDifferencesAnswerSchema,
  compareValuesAnswerSchema,
} from "@llm-sim/api";
import { describe, expect, it } from "vitest";
import { inTemporaryDirectory } from "../../testing/temporary-directory.ts";
import { compareRuns } from "../explainer.ts";
import { cents, lake, record, type Tale, type Telling, type Told } from "../told-run.test.fixture.ts";

interface Both {
  left: Told;
  right: Told;
}

function both<T>(
  tales: { left: Tale; right: Tale },
  check: (runs: Both) => Promise<T>,
  tellings: { left?: Telling; right?: Telling } = {},
): Promise<T> {
  return inTemporaryDirectory(async (output) =>
    check({
      left: await record(output, tales.left, { simulationId: "left", ...tellings.left }),
      right: await record(output, tales.right, { simulationId: "right", ...tellings.right }),
    }),
  );
}

const tenth = (fish: number) => cents(fish / 10);
/** ann takes it all in turn 3 on the right. */
const parting = {
  left: lake(6),
  right: lake(6, { take: (agent, turn, fish) => (agent === "ann" && turn === 3 ? fish : tenth(fish)) }),
};

const differences = async ({ left, right }: Both, query: Partial<CompareDifferencesQuery> = {}) =>
  compareDifferencesAnswerSchema.parse(await left.explain.differences(right.explain, query));
const valuesIn = async ({ left, right }: Both, query: Partial<CompareValuesQuery> = {}) =>
  compareValuesAnswerSchema.parse(await left.explain.valuesBeside(right.explain, query));

describe("the differences of two runs", () => {
  it("are all reached, page by page, each once and in order", () =>
    both(parting, async (runs) => {
      const { total } = (await compareRuns(runs.left.explain, runs.right.explain)).differences;
      const pages = [];
      for (let offset = 0; ; offset += 7) {
        const page = await differences(runs, { limit: 7, offset });
        expect(page.total).toBe(total);
        pages.push(...page.differences);
        if (!page.has_more) break;
      }
      expect(pages).toHaveLength(total);
      expect(new Set(pages.map((one) => one.left_event_id ?? one.right_event_id)).size).toBe(total);
      const turns = pages.map(({ key }) => key.turn);
      expect(turns).toEqual(turns.toSorted((a, b) => a - b));
      expect(pages.filter(({ relation }) => relation === "first")).toHaveLength(1);
    }));

  it("are counted by agent, kind and name, and each group lists what it counts", () =>
    both(parting, async (runs) => {
      const answer = await compareRuns(runs.left.explain, runs.right.explain);
      expect(answer.groups.reduce((sum, { total }) => sum + total, 0)).toBe(answer.differences.total);
      expect(answer.groups.reduce((sum, { following }) => sum + following, 0)).toBe(
        answer.differences.following,
      );
      expect(answer.groups.map(({ total }) => total)).toEqual(
        answer.groups.map(({ total }) => total).toSorted((a, b) => b - a),
      );
      for (const { agent_id = "", event_type, name, total, turn_start, turn_end } of answer.groups) {
        const page = await differences(runs, { agent_id, event_type, name, limit: 1000 });
        expect([page.total, page.has_more], name).toEqual([total, false]);
        const turns = page.differences.map(({ key }) => key.turn);
        expect([Math.min(...turns), Math.max(...turns)]).toEqual([turn_start, turn_end]);
      }
    }));

  it("can be asked for by kind, relation and turns", () =>
    both(parting, async (runs) => {
      const { differences: counts } = await compareRuns(runs.left.explain, runs.right.explain);
      expect((await differences(runs, { kind: "changed" })).total).toBe(counts.changed);
      expect((await differences(runs, { relation: "following" })).total).toBe(counts.following);
      expect((await differences(runs, { turn_start: 1, turn_end: 2 })).total).toBe(0);
      expect((await differences(runs, { turn_start: 3 })).total).toBe(counts.total);
      await expect(differences(runs, { turn_start: 3, turn_end: 2 })).rejects.toThrow(/turn_end/);
    }));
});

describe("the distance of two runs, turn by turn,", () => {
  it("is the share of variables that differ, and the mean of how far each is apart", () => {
    const tale =
      (price: number, mood: string): Tale =>
      (stream, world) => {
        const turn = stream.startTurn(1);
        world.set(turn, "price", price);
        world.set(turn, "mood", mood);
        world.set(turn, "stock", 7);
        world.set(turn, "ann.wealth", 3);
        turn.end();
      };
    return both({ left: tale(90, "calm"), right: tale(110, "wild") }, async ({ left, right }) => {
      const [turn] = (await compareRuns(left.explain, right.explain)).turns;
      expect(turn).toMatchObject({ known: 4, differing: 2, share: 0.5, distance: 20 });
      expect(turn?.normalised).toBeCloseTo((0.1 + 1) / 4);
    });
  });
});

describe("the values of two runs", () => {
  it("at their ends stand side by side, the furthest apart first, those alone on a side and no numbers behind", () => {
    const tale =
      (given: Readonly<Record<string, number | string>>): Tale =>
      (stream, world) => {
        const turn = stream.startTurn(1);
        for (const [name, value] of Object.entries(given)) world.set(turn, name, value);
        turn.end();
      };
    const left = tale({ price: 10, "ann.wealth": 500, "ann.mood": "calm", "bob.wealth": 3, same: 1 });
    const right = tale({ price: 30, "ann.wealth": 400, "ann.mood": "wild", "__proto__.wealth": 8, same: 1 });
    return both({ left, right }, async (runs) => {
      const answer = await valuesIn(runs);
      expect(
        answer.values.map(({ agent_id = "", variable, difference }) => [agent_id, variable, difference]),
      ).toEqual([
        ["ann", "wealth", -100],
        ["", "price", 20],
        ["__proto__", "wealth", undefined],
        ["ann", "mood", undefined],
        ["bob", "wealth", undefined],
      ]);
      expect(answer).toMatchObject({ total: 5, differing: 5, known: 6, has_more: false, complete: true });
      expect(answer.values[2]).toMatchObject({ right: 8, relative: 1 });
      expect(answer.values[2]).not.toHaveProperty("left");
      expect((await valuesIn(runs, { order: "relative" })).values[3]).toMatchObject({ variable: "price" });
      expect((await valuesIn(runs, { equal: true })).total).toBe(6);
      expect((await valuesIn(runs, { agent_id: "" })).values).toMatchObject([{ variable: "price" }]);
      expect(await valuesIn(runs, { limit: 2, offset: 4 })).toMatchObject({
        values: [{ agent_id: "bob" }],
        has_more: false,
      });
    });
  });

  it("at a turn are of that turn, of a run that ended before of its end", () =>
    both({ left: lake(2), right: lake(5) }, async (runs) => {
      expect(await valuesIn(runs, { turn: 2 })).toMatchObject({ differing: 0, left: { turn: 2 } });
      expect(await valuesIn(runs, { turn: 4 })).toMatchObject({ left: { turn: 2 }, right: { turn: 4 } });
    }));

  it("of a run whose log has no state, and that has no summary, are not there, and it is said", () =>
    both(
      parting,
      async (runs) => {
        const answer = await valuesIn(runs);
        expect(answer).toMatchObject({ left: { from: "log" }, right: { from: "none" }, complete: false });
        expect(answer.gaps).toMatchObject([{ kind: "verbosity", needed_verbosity: "STATE" }]);
      },
      { right: { verbosity: "ACTION" } },
    ));
});
