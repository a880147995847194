import { describe, expect, it } from "vitest";
import type { RefusedBy } from "../engine/index.ts";
import type { DecideFunction, ProposedAction } from "../index.ts";
import { causesOf, idle, isState, run, village } from "./village.test.fixture.ts";

describe("an action that will not do", () => {
  it("is said to be refused for its payload where no validator looked at it first", async () => {
    const config = village({ alice: trying({ action_type: "earn" }), bob: idle }, { turns: 1 });
    const { events } = await run({ ...config, createValidator: () => ({ validate: () => undefined }) });
    expect(events.find(({ event_type }) => event_type === "SYSTEM")?.details).toMatchObject({
      action_type: "earn",
      refused_by: "payload",
    });
  });

  const trying =
    (action: ProposedAction): DecideFunction =>
    () => ({ decision_type: "try", actions: [action] });

  it.each<[string, ProposedAction, RegExp, RefusedBy]>([
    [
      "of an unknown type",
      { action_type: "ern" },
      /unknown action "ern"; did you mean "earn"\?/,
      "validator",
    ],
    ["without its payload", { action_type: "earn" }, /payload\.amount: /, "validator"],
    [
      "with a negative amount",
      { action_type: "earn", payload: { amount: -1 } },
      /payload\.amount is -1; it must not be negative/,
      "validator",
    ],
    [
      "with what JSON cannot carry",
      { action_type: "earn", payload: { amount: Number.NaN } },
      /payload\.amount is NaN, which JSON cannot carry/,
      "payload",
    ],
    ["with a BigInt", { action_type: "earn", payload: { amount: 1n } }, /is a bigint/, "payload"],
    [
      "with a partner that is not there",
      { action_type: "give", payload: { to: "zed", amount: 1 } },
      /there is no agent "zed"/,
      "engine",
    ],
    [
      "with itself",
      { action_type: "give", payload: { to: "alice", amount: 1 } },
      /two agents or more/,
      "engine",
    ],
    [
      "that the engine refuses",
      { action_type: "give", payload: { to: "bob", amount: 500 } },
      /not that much wealth/,
      "engine",
    ],
  ])(
    "%s is a warning caused by the decision, and names who refused, and changes nothing",
    async (_, action, reason, refused_by) => {
      const { events, summary } = await run(village({ alice: trying(action), bob: idle }, { turns: 1 }));
      expect(summary?.status).toBe("completed");
      const warning = events.find((event) => event.event_type === "SYSTEM");
      expect(warning).toMatchObject({
        status: "warning",
        error_type: "validation_error",
        subject_agent_id: "alice",
        description: expect.stringMatching(reason),
        details: { refused_by },
      });
      // And what was read to refuse it: of the partner that it is there, and of the giver what it has.
      const partner = action.payload && "to" in action.payload ? action.payload.to : undefined;
      const read = partner === "bob" ? ["bob.wealth = 100", "alice.wealth = 100"] : [];
      expect(causesOf(events, warning).filter((cause) => !read.includes(cause))).toEqual(
        partner === "zed" ? ["alice decides try", "alice.wealth = 100"] : ["alice decides try"],
      );
      expect(causesOf(events, warning)).toEqual(expect.arrayContaining(read));
      expect(events.filter((event) => event.event_type === "ACTION")).toEqual([]);
      const states = events.filter(isState).filter((event) => event.turn_number === 1);
      expect(states.map((event) => causesOf(events, event))).toEqual([
        ["detail interest"],
        ["detail interest"],
      ]);
    },
  );

  it.each([
    ["MILESTONE", ["MILESTONE"]],
    ["DECISION", ["MILESTONE", "DECISION"]],
    ["ACTION", ["MILESTONE", "DECISION", "SYSTEM"]],
  ] as const)("is ordinary play, told from ACTION on: at %s there are %j", async (verbosity, kinds) => {
    const greedy = trying({ action_type: "give", payload: { to: "bob", amount: 500 } });
    const { events } = await run(village({ alice: greedy, bob: idle }, { turns: 2 }), verbosity);
    expect([...new Set(events.map((event) => event.event_type))]).toEqual(kinds);
  });
});
