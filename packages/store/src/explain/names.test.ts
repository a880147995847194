import { ANY_AGENTS, variableText } from "@llm-sim/events/naming";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Tale, told } from "./told-run.test.fixture.ts";

/** Writes of variables, each with the next number. */
function writing(variables: readonly (readonly [agent: string | undefined, name: string])[]): Tale {
  return (stream) => {
    for (const [number, [agent_id, name]] of variables.entries())
      stream.state(name, { agent_id, old_value: null, new_value: number, change: "added" });
    const turn = stream.startTurn(1);
    for (const [number, [agent_id, name]] of variables.entries())
      turn.state(name, { agent_id, old_value: number, new_value: number + 1000 });
    turn.end();
  };
}

describe("a name means the same in every question", () => {
  it("the agent's before the world's, the longest agent that has it, the world's as global", () =>
    told(
      writing([
        [undefined, "alice.wealth"],
        ["alice", "wealth"],
        ["a", "b.c"],
        ["a.b", "c"],
        [undefined, "bank.rate"],
        ["global", "x"],
        [undefined, "x"],
        ["a.b", "d"],
        ["Dr. Smith", "mood"],
      ]),
      async ({ explain }) => {
        for (const [name, number] of [
          ["alice.wealth", 1],
          ["agents.alice.wealth", 1],
          ["global.alice.wealth", 0],
          ["a.b.c", 3],
          ['"a".b.c', 2],
          ["bank.rate", 4],
          ["global.x", 6],
          ['agents."global".x', 5],
          ["a.b.d", 7],
          ['"Dr. Smith".mood', 8],
        ] as const) {
          expect((await explain.why({ variable: name })).value, name).toBe(number + 1000);
          const { writes } = await explain.history({ variable: name });
          expect(
            writes.map(({ new_value }) => new_value),
            name,
          ).toEqual([number, number + 1000]);
          const { moments } = await explain.find({ expression: `${name} == ${number}` });
          expect(
            moments.map(({ turn, ended }) => [turn, ended?.turn]),
            name,
          ).toEqual([[0, 1]]);
        }
        // At no moment, however early, is it the world's.
        expect((await explain.find({ expression: "alice.wealth == 0" })).total).toBe(0);
      },
    ));

  it("as a label that was printed: it is typed back, and its own variable is answered for", async () => {
    const piece = fc.constantFrom(
      "a",
      "b",
      "a.b",
      "c d",
      'say "x"',
      "it's",
      "global",
      "turn",
      "Ω",
      "x-1",
      "7",
    );
    const variable = fc.tuple(
      fc.option(piece, { nil: undefined }),
      fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join(".")),
    );
    const distinct = fc.uniqueArray(variable, {
      minLength: 1,
      maxLength: 6,
      selector: ([agent_id, variable_name]) => variableText({ agent_id, variable_name }, ANY_AGENTS),
    });
    await fc.assert(
      fc.asyncProperty(distinct, (variables) =>
        told(writing(variables), async ({ explain }) => {
          for (const [number, [agent_id, name]] of variables.entries()) {
            const asked = await explain.why(
              agent_id === undefined
                ? { variable: variableText({ agent_id, variable_name: name }, ANY_AGENTS) }
                : { variable: name, agent_id },
            );
            expect(asked.value).toBe(number + 1000);
            const [, label = ""] = /^(.*) was \d+ at the end of turn 1/s.exec(asked.summary) ?? [];
            expect(await explain.why({ variable: label }), label).toEqual(asked);
            const { moments } = await explain.find({ expression: `${label} == ${number + 1000}` });
            expect(
              moments.map(({ event_id }) => event_id),
              label,
            ).toEqual([asked.event_id]);
          }
        }),
      ),
      { numRuns: 25 },
    );
  });

  it("and one that cannot be read is refused with the place, one that is there of nobody with the nearest", () =>
    told(writing([["gpt-4.1", "wealth"]]), async ({ explain }) => {
      await expect(explain.history({ variable: '"gpt-4.1.wealth' })).rejects.toMatchObject({
        code: "INVALID_ARGUMENT",
        message: expect.stringContaining('at character 1: the quote " is not closed'),
      });
      await expect(explain.why({ variable: "*.wealth" })).rejects.toThrow(/is of any agent; name one/);
      await expect(explain.why({ variable: "gpt-4.2.wealth" })).rejects.toMatchObject({
        details: { nearest: ['"gpt-4.1".wealth'] },
      });
    }));
});
