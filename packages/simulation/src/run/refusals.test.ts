import { describe, expect, it } from "vitest";
import type { DecideFunction, ProposedAction } from "../index.ts";
import { causesOf, idle, isState, run, village } from "./village.test.fixture.ts";

describe("an action that will not do", () => {
  const trying =
    (action: ProposedAction): DecideFunction =>
    () => ({ decision_type: "try", actions: [action] });

  it.each<[string, ProposedAction, RegExp]>([
    ["of an unknown type", { action_type: "ern" }, /unknown action "ern"; did you mean "earn"\?/],
    ["without its payload", { action_type: "earn" }, /payload\.amount: /],
    [
      "with a negative amount",
      { action_type: "earn", payload: { amount: -1 } },
      /payload\.amount is -1; it must not be negative/,
    ],
    [
      "with what JSON cannot carry",
      { action_type: "earn", payload: { amount: Number.NaN } },
      /payload\.amount is NaN, which JSON cannot carry/,
    ],
    ["with a BigInt", { action_type: "earn", payload: { amount: 1n } }, /is a bigint/],
    [
      "with a partner that is not there",
      { action_type: "give", payload: { to: "zed", amount: 1 } },
      /there is no agent "zed"/,
    ],
    ["with itself", { action_type: "give", payload: { to: "alice", amount: 1 } }, /two agents or more/],
    [
      "that the engine refuses",
      { action_type: "give", payload: { to: "bob", amount: 500 } },
      /not that much wealth/,
    ],
  ])("%s is a warning caused by the decision, and changes nothing", async (_, action, reason) => {
    const { events, summary } = await run(village({ alice: trying(action), bob: idle }, { turns: 1 }));
    expect(summary?.status).toBe("completed");
    const warning = events.find((event) => event.event_type === "SYSTEM");
    expect(warning).toMatchObject({
      status: "warning",
      error_type: "validation_error",
      subject_agent_id: "alice",
      description: expect.stringMatching(reason),
    });
    expect(causesOf(events, warning)).toEqual(["alice decides try"]);
    expect(events.filter((event) => event.event_type === "ACTION")).toEqual([]);
    const states = events.filter(isState).filter((event) => event.turn_number === 1);
    expect(states.map((event) => event.details)).toEqual([{ rule: "interest" }, { rule: "interest" }]);
  });

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
