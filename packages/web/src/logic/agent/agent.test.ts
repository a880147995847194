import type { InteractionsAnswer } from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import { describe, expect, it } from "vitest";
import { decisionRows, partnersOf } from "./index.ts";

const id = (at: number) => `01M8CTR7KWHAF9TMVXMEDH000${at}`;
const common = (at: number) => ({
  event_id: id(at),
  timestamp: "2026-11-26T10:00:00.000000Z",
  turn_number: 1,
  simulation_id: "run",
});

const decision = (at: number): Event => ({
  ...common(at),
  event_type: "DECISION",
  agent_id: "ann",
  decision_type: "trade",
});

describe("an agent's decisions", () => {
  it("stand with what was done about them and what was refused, in their order", () => {
    const action: Event = {
      ...common(3),
      event_type: "ACTION",
      agent_id: "ann",
      action_type: "buy",
      action_payload: {},
      caused_by: [id(1)],
    };
    const system = (at: number, status: "failure" | "success", cause: number): Event => ({
      ...common(at),
      event_type: "SYSTEM",
      status,
      caused_by: [id(cause)],
    });
    const rows = decisionRows(
      [decision(1), decision(2)],
      [action, system(4, "failure", 2), system(5, "success", 2), system(6, "failure", 9)],
    );
    expect(
      rows.map(({ decision: { event_id }, actions, refusals }) => [event_id, actions, refusals]),
    ).toEqual([
      [id(1), [action], []],
      [id(2), [], [system(4, "failure", 2)]],
    ]);
  });
});

describe("an agent's partners", () => {
  it("are those it acted on and those that acted on it, whatever they are called", () => {
    const cell = { taking_part: 0, event_id: id(1) };
    const answer: InteractionsAnswer = {
      simulation_id: "run",
      agents: ["ann", "__proto__", "bob"],
      others: 2,
      actions: 9,
      with_partner: 8,
      action_types: [],
      cells: [
        { ...cell, from: 0, to: 2, count: 1 },
        { ...cell, from: 1, to: 0, count: 3 },
        { ...cell, from: 0, to: 1, count: 1 },
        { ...cell, from: 0, to: "others", count: 2 },
        { ...cell, from: 0, to: "nobody", count: 1 },
        { ...cell, from: 1, to: 2, count: 9 },
      ],
      complete: true,
      gaps: [],
    };
    expect(partnersOf(answer, "ann")).toEqual([
      { agent: "__proto__", acted: 1, received: 3 },
      { agent: undefined, acted: 2, received: 0 },
      { agent: "bob", acted: 1, received: 0 },
    ]);
  });
});
