import { describe, expect, it } from "vitest";
import { BasicValidator, type ValidationContext } from "./index.ts";

const context: ValidationContext = {
  turn: 1,
  signal: new AbortController().signal,
  ask: () => Promise.reject(new Error("it asks nobody")),
  world: { global: {}, agents: { alice: {}, bob: {} } },
  actions: new Map([
    ["pay", (payload) => (JSON.stringify(payload).includes("coins") ? "payload.coins: no" : undefined)],
  ]),
};
const validator = new BasicValidator({ params: BasicValidator.params.parse(undefined) });

function review(payload: object, more: { action_type?: string; participating_agent_ids?: string[] } = {}) {
  const { action_type = "pay", participating_agent_ids } = more;
  return validator.validate(
    { agent_id: "alice", action_type, payload: JSON.parse(JSON.stringify(payload)), participating_agent_ids },
    context,
  );
}

describe("the basic validator", () => {
  it("lets a known action with a fitting payload through", () => {
    expect(
      review(
        { amount: 0, list: [{ price: 1.5 }], change: -3 },
        { participating_agent_ids: ["alice", "bob"] },
      ),
    ).toBeUndefined();
  });

  it.each([
    [{ amount: -1 }, "payload.amount is -1; it must not be negative"],
    [{ lots: [{ price: -0.5 }] }, "payload.lots.0.price is -0.5; it must not be negative"],
    [{ coins: 1 }, "payload.coins: no"],
  ])("says what is wrong with %j", (payload, reason) => {
    expect(review(payload)).toBe(reason);
  });

  it("knows the engine's actions and the world's agents", () => {
    expect(review({}, { action_type: "pai" })).toBe('unknown action "pai"; did you mean "pay"?');
    expect(review({}, { participating_agent_ids: ["alice", "zed"] })).toBe('there is no agent "zed"');
  });

  it("takes other names of amounts", () => {
    const strict = new BasicValidator({ params: BasicValidator.params.parse({ non_negative: ["change"] }) });
    const action = {
      agent_id: "a",
      action_type: "pay",
      payload: { change: -3 },
      participating_agent_ids: undefined,
    };
    expect(strict.validate(action, context)).toMatch(/payload\.change is -3/);
  });
});
