import { describe, expect, it } from "vitest";
import type { DecideFunction } from "../index.ts";
import { Troubles } from "./troubles.ts";
import { idle, run, village } from "./village.test.fixture.ts";

const broken: DecideFunction = () => {
  throw new Error("no key");
};
const refused: DecideFunction = (_, { turn }) => ({
  decision_type: "try",
  actions: [{ action_type: "earn", payload: { amount: -turn } }],
});

describe("a run in which nothing that agents try works says so at its end", () => {
  const messages = async (agents: Parameters<typeof village>[0]) =>
    (await run(village(agents, { turns: 4 }))).summary?.troubles.messages;

  it("where all agents throw every turn, with the commonest reason and what to do", async () => {
    expect(await messages({ alice: broken, bob: broken })).toEqual([
      "No agent decided anything, 8 of 8 tries failed, most often (4 times) because: no key. Mend what decide throws or returns.",
    ]);
  });

  it("where every action is refused, whatever numbers stand in the reason", async () => {
    expect(await messages({ alice: refused, bob: idle })).toEqual([
      expect.stringMatching(
        /^Every action was refused, 4 of 4, most often \(4 times\) because: earn: payload\.amount is …; it must not be negative\. Mend /,
      ),
    ]);
  });

  it("says of who got no answer from a model what to do about that", async () => {
    const asking: DecideFunction = async (_, { ask }) => {
      await ask({ purpose: "decide", messages: [{ role: "user", content: "What now?" }] });
      return { decision_type: "go" };
    };
    expect(await messages({ alice: asking, bob: asking })).toEqual([
      expect.stringMatching(
        /^No agent decided anything, 8 of 8 tries failed, .* See to it that the model answers /,
      ),
    ]);
    expect(await messages({ alice: asking, bob: broken })).toEqual([
      expect.stringMatching(/^No agent decided anything, .* Mend what decide throws or returns\.$/),
    ]);
  });

  it("of each agent of whom that is true", async () => {
    expect(await messages({ alice: broken, bob: refused, carl: idle })).toEqual([
      expect.stringMatching(/^alice decided nothing, 4 of 4 tries failed, .*: no key\./),
      expect.stringMatching(/^Every action of bob was refused, 4 of 4, /),
    ]);
  });

  it("and of nobody else: who does nothing is not to blame", async () => {
    expect(await messages({ alice: idle })).toEqual([]);
    const once: DecideFunction = (view, context) =>
      context.turn === 1
        ? refused(view, context)
        : { decision_type: "work", actions: [{ action_type: "earn", payload: { amount: 1 } }] };
    expect(await messages({ alice: once })).toEqual([]);
  });
});

describe("troubles", () => {
  it("say that questions were not answered, whoever asked and whatever was done instead; not what was broken off", () => {
    const troubles = new Troubles();
    for (const agent of ["ann", "bo", undefined])
      troubles.unanswered(agent, "network", "no answer from tiny");
    troubles.unanswered("ann", "truncated", "half an answer");
    troubles.unanswered("ann", "aborted", "the budget is spent");
    troubles.decided("ann", 0);
    expect(troubles.messages()).toEqual([
      "4 questions to a model got no answer that could be taken, most often (3 times) because: no answer from tiny.",
    ]);
    expect(troubles.failures).toHaveLength(5);
  });

  it("name of an agent that decided nothing what its decisions ended with, and what helps against that", () => {
    const messageOf = (error_type: string, reason: string, isUnanswered: boolean) => {
      const troubles = new Troubles();
      // The other questions of a decision are broken off with the first that has no answer.
      for (const turn of [1, 2]) {
        for (const error of ["http_error", "aborted", "aborted"])
          troubles.unanswered("ann", error, `no answer: ${error}`);
        troubles.failed("ann", error_type, `${reason} ${turn}`, isUnanswered);
      }
      return troubles.messages()[0];
    };
    expect(messageOf("agent_error", "wrong key", true)).toBe(
      "No agent decided anything, 2 of 2 tries failed, most often (2 times) because: wrong key …. See to it that the model answers (llm in the config), or give agents a fallback.",
    );
    expect(messageOf("decide_timeout", "it took long", false)).toMatch(
      /because: it took long …\. Give it longer \(simulation\.decide_timeout\)/,
    );
    expect(messageOf("agent_error", "not a function", false)).toMatch(
      /because: not a function …\. Mend what decide throws/,
    );
  });

  it("are counted by agent, kind and reason, the commonest first", () => {
    const troubles = new Troubles();
    for (const amount of [1, 2, 3]) troubles.refused("a.b", "buy", `there are only ${amount}`);
    troubles.refused("__proto__", "buy", "closed");
    troubles.failed("a.b", "agent_error", "down");
    expect(troubles.refusals).toEqual([
      {
        agent_id: "a.b",
        action_type: "buy",
        error_type: "validation_error",
        reason: "there are only …",
        count: 3,
      },
      {
        agent_id: "__proto__",
        action_type: "buy",
        error_type: "validation_error",
        reason: "closed",
        count: 1,
      },
    ]);
    expect(troubles.failures).toEqual([
      { agent_id: "a.b", error_type: "agent_error", reason: "down", count: 1 },
    ]);
    expect(troubles.totals).toEqual({ decisions: 0, failures: 1, actions: 0, refusals: 4 });
  });

  it("of ever new reasons are kept to a thousand, the rest together", () => {
    const troubles = new Troubles();
    const letters = (n: number) =>
      String(n).replaceAll(/\d/g, (digit) => String.fromCharCode(97 + Number(digit)));
    for (let n = 0; n < 1_500; n++) troubles.failed("a", "agent_error", letters(n));
    expect(troubles.failures).toHaveLength(1_001);
    expect(troubles.failures.at(-1)).toMatchObject({ error_type: "others", count: 500 });
  });
});
