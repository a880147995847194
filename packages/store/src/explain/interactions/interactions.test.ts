import { type InteractionsAnswer, type InteractionsQuery, interactionsAnswerSchema } from "@llm-sim/api";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Tale, told } from "../told-run.test.fixture.ts";

interface Act {
  turn: number;
  who: string;
  what?: string;
  payload?: Record<string, string | number | string[]>;
  withWhom?: string[];
}

const tale =
  (acts: readonly Act[]): Tale =>
  (stream) => {
    for (const turn of new Set(acts.map((act) => act.turn))) {
      const scope = stream.startTurn(turn);
      for (const { who, what = "give", payload = {}, withWhom } of acts.filter((act) => act.turn === turn))
        scope.action(who, what, payload, withWhom && { participating_agent_ids: [who, ...withWhom] });
      scope.end();
    }
  };

const asked = (acts: readonly Act[], query: InteractionsQuery = {}) =>
  told(tale(acts), async ({ explain }) => interactionsAnswerSchema.parse(await explain.interactions(query)));

/** By names: `ann bob`. */
function counts({ agents, cells }: InteractionsAnswer): Record<string, number> {
  const name = (at: number | string) => (typeof at === "number" ? agents[at] : `(${at})`);
  return Object.fromEntries(cells.map(({ from, to, count }) => [`${name(from)} ${name(to)}`, count]));
}

const ACTS: Act[] = [
  { turn: 1, who: "ann", payload: { to: "bob", amount: 5 } },
  { turn: 1, who: "bob", withWhom: ["ann"], payload: { amount: 2 } },
  { turn: 2, who: "ann", payload: { to: "bob", amount: 7, note: "for ann" } },
  { turn: 2, who: "__proto__", what: "wave", payload: { at: ["ann", "bob"] } },
  { turn: 3, who: "bob", what: "wait" },
];

describe("who acts on whom", () => {
  it("is read from who takes part and from the agents that payloads name", async () => {
    const answer = await asked(ACTS);
    expect(counts(answer)).toEqual({
      "ann bob": 2,
      "bob ann": 1,
      "__proto__ ann": 1,
      "__proto__ bob": 1,
      "bob (nobody)": 1,
    });
    expect(answer).toMatchObject({ actions: 5, with_partner: 4, others: 0, complete: true });
    expect(answer.cells.map(({ taking_part }) => taking_part).reduce((a, b) => a + b)).toBe(1);
  });

  it("can be asked of turns, of kinds of actions and of one agent, and adds a parameter up", async () => {
    expect(counts(await asked(ACTS, { turn_start: 2, turn_end: 2 }))).toEqual({
      "ann bob": 1,
      "__proto__ ann": 1,
      "__proto__ bob": 1,
    });
    const given = await asked(ACTS, { action_types: ["give"], parameter: "amount" });
    expect(given.cells.map(({ sum }) => sum)).toEqual([12, 2]);
    expect(given.action_types).toEqual([
      { action_type: "give", count: 3, parameters: ["amount"] },
      { action_type: "wait", count: 1, parameters: [] },
      { action_type: "wave", count: 1, parameters: [] },
    ]);
    expect(counts(await asked(ACTS, { agent_id: "__proto__" }))).toEqual({
      "__proto__ ann": 1,
      "__proto__ bob": 1,
    });
    await expect(asked(ACTS, { turn_start: 3, turn_end: 1 })).rejects.toThrow(/turn_end/);
  });

  it("puts the least active together, and loses no action by it", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            turn: fc.constant(1),
            who: fc.constantFrom("a", "b", "c", "d", "e"),
            withWhom: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 2 }),
          }),
          { minLength: 1, maxLength: 25 },
        ),
        fc.integer({ min: 1, max: 6 }),
        async (acts, agents) => {
          const plain = acts.map(({ withWhom, ...act }) => {
            const others = withWhom.filter((one) => one !== act.who);
            return others.length > 0 ? { ...act, withWhom: others } : act;
          });
          const [some, all] = [await asked(plain, { agents }), await asked(plain)];
          const sum = ({ cells }: InteractionsAnswer) => cells.reduce((total, { count }) => total + count, 0);
          expect(sum(some)).toBe(sum(all));
          expect(some.agents).toEqual(all.agents.slice(0, agents));
          expect(some.agents.length + some.others).toBe(all.agents.length);
        },
      ),
      { numRuns: 40 },
    ));
});
