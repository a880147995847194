import { findAnswerSchema } from "@llm-sim/api";
import type { VariableId } from "@llm-sim/events/naming";
import { StateFold } from "@llm-sim/events/state";
import { compileWatch, type VariableLookup } from "@llm-sim/events/watch";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lake, told } from "../told-run.test.fixture.ts";

describe("finding when a condition became true", () => {
  it("names the turn and the event, and the end of it", () =>
    told(lake(6), async ({ explain, events }) => {
      const answer = findAnswerSchema.parse(await explain.find({ expression: "fish < 85" }));
      const writes = events.filter((event) => event.event_type === "STATE" && event.variable_name === "fish");
      const first = writes.find((event) => event.event_type === "STATE" && Number(event.new_value) < 85);
      expect(answer.moments[0]).toMatchObject({ turn: 1, event_id: first?.event_id });
      expect(answer.moments[0]?.sentence).toMatch(
        /^fish went from 90 to 80 \(-10\) in turn 1: from here on fish < 85\.$/,
      );
      expect(answer.moments[0]?.ended).toMatchObject({ turn: 1 });
      expect(answer).toMatchObject({ expression: "fish < 85", has_more: false, gaps: [] });
    }));

  it("says for whom where the expression has a wildcard, page by page", () =>
    told(lake(6), async ({ explain }) => {
      const all = await explain.find({ expression: "*.caught > 15" });
      expect(all.moments.map(({ agent_id, turn }) => [agent_id, turn])).toEqual([
        ["ann", 2],
        ["bob", 2],
      ]);
      const second = await explain.find({ expression: "*.caught > 15", offset: 1, limit: 1 });
      expect(second).toMatchObject({ moments: all.moments.slice(1), total: 2, has_more: false });
      expect(await explain.find({ expression: "*.caught > 15", limit: 1 })).toMatchObject({
        moments: all.moments.slice(0, 1),
        has_more: true,
      });
    }));

  it("finds what evaluating the whole state after every event finds", async () => {
    const expression = fc.constantFrom(
      "fish < 90",
      "*.caught > 8 and turn > 2",
      "ann.caught > bob.caught",
      "turn % 2 == 0",
      "not (*.caught > fish) and turn != 3",
      "fish * 2 - ann.caught > 150 or bob.caught == 0",
      "global.fish == null or ann.caught == null",
      "not (bob.caught > fish) and turn < 3",
      "agents.ann.caught != 0",
    );
    const takes = fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(expression, takes, (text, amounts) =>
        told(
          lake(amounts.length, { take: (agent, turn) => amounts[turn - 1]?.[agent === "ann" ? 0 : 1] ?? 0 }),
          async ({ explain, events }) => {
            const watch = compileWatch(text);
            const fold = new StateFold();
            const holding = new Set<string>();
            const expected: unknown[] = [];
            const isThere = ({ agent_id, variable_name }: VariableId) =>
              events.some(
                (event) =>
                  event.event_type === "STATE" &&
                  event.agent_id === agent_id &&
                  event.variable_name === variable_name,
              );
            for (const event of events) {
              if (event.event_type === "STATE") fold.apply(event);
              const lookup: VariableLookup = {
                value(meanings) {
                  const meant = meanings.find(isThere);
                  return meant && fold.get(meant.agent_id, meant.variable_name);
                },
              };
              for (const agent of watch.hasWildcard ? ["ann", "bob"] : [undefined]) {
                const holds = watch.holdsFor(agent, lookup, event.turn_number);
                if (holds && !holding.has(agent ?? "")) expected.push([event.event_id, agent]);
                if (holds) holding.add(agent ?? "");
                else holding.delete(agent ?? "");
              }
            }
            const found = await explain.find({ expression: text, limit: 1000 });
            expect(found.moments.map(({ event_id, agent_id }) => [event_id, agent_id])).toEqual(expected);
          },
        ),
      ),
      { numRuns: 60 },
    );
  });

  it("refuses what it cannot understand, and names that the run does not have, with the position", () =>
    told(lake(1), async ({ explain }) => {
      await expect(explain.find({ expression: "fish <" })).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        details: { parameter: "expression", position: 6 },
      });
      await expect(explain.find({ expression: "turn > 1 and fisch < 3" })).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        details: { position: 13, nearest: ["fish"] },
      });
      await expect(explain.find({ expression: "*.cought < 3" })).rejects.toMatchObject({
        details: { position: 0, nearest: ["*.caught"] },
      });
      await expect(explain.find({ expression: "carl.caught < 3" })).rejects.toMatchObject({
        details: { parameter: "expression" },
      });
    }));
});
