import { valuesAnswerSchema } from "@llm-sim/api";
import { anyonesText } from "@llm-sim/events/naming";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isStoreError } from "../../errors.ts";
import { RunReader } from "../../reader/index.ts";
import { anyLog } from "../../testing/any-log.ts";
import { allEvents } from "../../testing/brute-force.ts";
import { inTemporaryDirectory } from "../../testing/temporary-directory.ts";
import { writeRun } from "../../testing/write-run.ts";
import { RunExplainer } from "../explainer.ts";
import { lake, told } from "../told-run.test.fixture.ts";

/** What an answer says of each turn that it tells, by agent. */
function byTurn(
  answer: Awaited<ReturnType<RunExplainer["valuesByTurn"]>>,
): Map<number, Record<string, unknown>> {
  const { turn_start, turn_end, every, series } = answer;
  const turns = new Map<number, Record<string, unknown>>();
  for (let turn = turn_start; ; turn = Math.min(turn_end, turn + every)) {
    const values: Record<string, unknown> = {};
    for (const { agent_id, points } of series) {
      const [, value] = points.findLast(([at]) => at <= turn) ?? [];
      if (value !== undefined) values[agent_id ?? ""] = value;
    }
    turns.set(turn, values);
    if (turn === turn_end) return turns;
  }
}

describe("values by turn", () => {
  it("are of the world, of one agent, or of everyone who has the variable", () =>
    told(lake(4), async ({ explain }) => {
      const fish = valuesAnswerSchema.parse(await explain.valuesByTurn({ variable: "fish" }));
      expect(fish).toMatchObject({ variable: "fish", turn_start: 0, turn_end: 4, every: 1, complete: true });
      expect(fish.series).toHaveLength(1);
      const caught = await explain.valuesByTurn({ variable: "*.caught" });
      expect(caught).toMatchObject({ variable: "*.caught" });
      expect(caught.series.map(({ agent_id }) => agent_id)).toEqual(["ann", "bob"]);
      expect((await explain.valuesByTurn({ variable: "ann.caught" })).series).toEqual([caught.series[0]]);
    }));

  it.each([true, false])(
    "are those that the state at the end of each turn holds, in a log that is ordered: %s",
    async (isOrdered) => {
      await fc.assert(
        fc.asyncProperty(
          anyLog({ isOrdered, maxLength: 40 }),
          fc.integer({ min: 1, max: 6 }),
          ({ segments }, limit) =>
            inTemporaryDirectory(async (directory) => {
              writeRun(directory, { segments });
              const explain = RunExplainer.over(new RunReader("any-run", directory, { sidecar: false }));
              const ends = await explain.turnEnds();
              const last = ends.at(-1)?.turn;
              const events = await allEvents(directory);
              if (last === undefined || !events.some(({ event_type }) => event_type === "STATE")) return;
              const final = await explain.state({ turn: last });
              for (const [agent, own] of Object.entries(final.agents)) {
                for (const name of Object.keys(own)) {
                  const answer = valuesAnswerSchema.parse(
                    await explain.valuesByTurn({ variable: anyonesText(name), limit }),
                  );
                  for (const [turn, values] of byTurn(answer)) {
                    const held = ends.findLast((one) => one.turn <= turn);
                    const state = held && (await explain.state({ turn: held.turn }));
                    const expected = state?.agents[agent]?.[name];
                    const scalar =
                      typeof expected === "object" && expected !== null ? JSON.stringify(expected) : expected;
                    expect(values[agent]).toEqual(scalar);
                  }
                }
              }
            }),
        ),
        { numRuns: 25 },
      );
    },
  );

  it("are told every so many turns where there are more than are asked for", () =>
    told(lake(9), async ({ explain }) => {
      const all = byTurn(await explain.valuesByTurn({ variable: "*.caught" }));
      const few = await explain.valuesByTurn({ variable: "*.caught", limit: 8 });
      expect(few.every).toBeGreaterThan(1);
      expect(few.series.flatMap(({ points }) => points).length).toBeLessThanOrEqual(8);
      for (const [turn, values] of byTurn(few)) expect(values).toEqual(all.get(turn));
      expect([...byTurn(few).keys()].at(-1)).toBe(9);
    }));

  it("are of the turns that are asked for, the first with what it began with", () =>
    told(lake(6), async ({ explain }) => {
      const all = byTurn(await explain.valuesByTurn({ variable: "fish" }));
      const some = await explain.valuesByTurn({ variable: "fish", turn_start: 3, turn_end: 4 });
      expect([...byTurn(some)]).toEqual([...all].filter(([turn]) => turn === 3 || turn === 4));
    }));

  it("say that a variable went, and that it came again", () =>
    told(
      (stream, world) => {
        for (const [turn, offer] of [5, undefined, undefined, 7].entries())
          stream.turn(turn + 1, (scope) => {
            if (offer !== undefined || world.value("offer") !== undefined) world.set(scope, "offer", offer);
          });
      },
      async ({ explain }) => {
        expect((await explain.valuesByTurn({ variable: "offer" })).series[0]?.points).toEqual([
          [1, 5],
          [2],
          [4, 7],
        ]);
      },
    ));

  it("are refused of a variable that nobody has, with the nearest name", () =>
    told(lake(1), async ({ explain }) => {
      await expect(explain.valuesByTurn({ variable: "*.cought" })).rejects.toSatisfy(
        (error) => isStoreError(error) && error.message.includes("*.caught"),
      );
    }));
});
