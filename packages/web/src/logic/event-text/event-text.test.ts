import type { Event } from "@llm-sim/events/schema";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agentOf, describeEvent, directionOf, same, sentenceOf, subtypeOf, valueChanges } from "./index.ts";

const base = {
  event_id: "01JD00000000000000000000A1",
  timestamp: "2026-11-23T07:15:00.000123Z",
  turn_number: 3,
  simulation_id: "market",
};

const events: [Event, string, string][] = [
  [{ ...base, event_type: "MILESTONE", milestone_type: "turn_start" }, "turn start, turn 3", "turn_start"],
  [
    { ...base, event_type: "MILESTONE", milestone_type: "phase_transition", name: "trade" },
    "phase transition: trade",
    "phase_transition",
  ],
  [
    { ...base, event_type: "DECISION", agent_id: "alice", decision_type: "set_price", new_value: 12.5 },
    "alice decided: set price 12.5",
    "set_price",
  ],
  [
    { ...base, event_type: "ACTION", agent_id: "alice", action_type: "sell", action_payload: {} },
    "alice: sell",
    "sell",
  ],
  [
    {
      ...base,
      event_type: "STATE",
      scope: "agent",
      agent_id: "alice",
      variable_name: "wealth",
      old_value: 1000,
      new_value: 900,
    },
    "alice.wealth: 1,000 → 900",
    "wealth",
  ],
  [
    { ...base, event_type: "STATE", scope: "global", variable_name: "price", old_value: null, new_value: 9 },
    "price: – → 9",
    "price",
  ],
  [
    { ...base, event_type: "DETAIL", calculation_type: "interest", intermediate_values: {}, agent_id: "bob" },
    "bob: interest",
    "interest",
  ],
  [
    {
      ...base,
      event_type: "SYSTEM",
      status: "failure",
      error_type: "model_timeout",
      subject_agent_id: "bob",
    },
    "failure: model timeout",
    "model_timeout",
  ],
];

describe("an event without a description", () => {
  it.each(events)("is told from its fields: %#", (event, text, subtype) => {
    expect(describeEvent(event)).toBe(text);
    expect(subtypeOf(event)).toBe(subtype);
  });

  it("keeps its own words where it has them", () => {
    const [first] = events[0] ?? [];
    expect(first && describeEvent({ ...first, description: "Turn 3 begins" })).toBe("Turn 3 begins");
  });

  it("of SYSTEM belongs to whom it is about", () => {
    expect(events.map(([event]) => agentOf(event))).toEqual([
      undefined,
      undefined,
      "alice",
      "alice",
      "alice",
      undefined,
      "bob",
      "bob",
    ]);
  });
});

it("an explanation's sentence is shown without the ids it ends with", () => {
  const id = "01M83RSA937F6H94AKJ3VW9RNR";
  expect(sentenceOf(`alice sold 3. [${id}]`)).toBe("alice sold 3.");
  expect(sentenceOf(`They differ. [${id} | ${id}]`)).toBe("They differ.");
  expect(sentenceOf("alice sold [3]")).toBe("alice sold [3]");
});

describe("a change of value", () => {
  it("of a number has a difference and a share", () => {
    expect(valueChanges(0.1, 0.3)).toEqual([
      { path: "", from: "0.1", to: "0.3", difference: "+0.2", share: "+200 %", direction: "up" },
    ]);
  });

  it("of an object names the members that changed, and no others", () => {
    expect(
      valueChanges({ gold: 5, wood: 1, at: { x: 1 } }, { gold: 3, wood: 1, at: { x: 2 }, ore: 1 }),
    ).toMatchObject([
      { path: "gold", difference: "−2", direction: "down" },
      { path: "at.x", difference: "+1" },
      { path: "ore", from: "–", to: "1" },
    ]);
  });

  it("of a variable that appears is from nothing", () => {
    expect(valueChanges(null, "north")).toEqual([{ path: "", from: "–", to: "north", direction: "none" }]);
  });

  it("is none between a value and its copy", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy = JSON.parse(JSON.stringify(value));
        return same(copy, JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("the direction of a text", () => {
  it.each([
    ["alice: buy → sell", "ltr"],
    ["يقرر أن يشتري", "rtl"],
    ["החלטה: לקנות 3", "rtl"],
    ["محمد: greets all the others in turn", "ltr"],
    ["1,000 → 2,000", "ltr"],
    ["", "ltr"],
  ])("is that of most of its letters: %s", (text, direction) => {
    expect(directionOf(text)).toBe(direction);
  });
});
