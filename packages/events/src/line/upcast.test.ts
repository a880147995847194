import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cleanLog, idOf, RUN } from "../read/built-run.test.fixture.ts";
import type { JsonObject } from "../schema/index.ts";
import { isEvent } from "./is-event.ts";
import { upcast } from "./upcast.ts";

/** A line as the Python `llm-sim` writes it. */
function python(type: string, details: JsonObject | null, fields: JsonObject = {}): JsonObject {
  return {
    event_id: idOf(7),
    timestamp: "2025-10-05T10:15:00.000251+00:00",
    turn_number: 1,
    event_type: type,
    simulation_id: RUN,
    agent_id: null,
    caused_by: null,
    description: null,
    details,
    ...fields,
  };
}

const expected = (type: string, fields: JsonObject): JsonObject => ({
  event_id: idOf(7),
  timestamp: "2025-10-05T10:15:00.000251Z",
  turn_number: 1,
  event_type: type,
  simulation_id: RUN,
  ...fields,
});

const alice = { agent_id: "alice" };

describe("a line of the Python dialect", () => {
  it.each<[string, JsonObject, JsonObject]>([
    [
      "of a milestone",
      python("MILESTONE", { milestone_type: "turn_start" }),
      expected("MILESTONE", { milestone_type: "turn_start" }),
    ],
    [
      "of the run's course, as SYSTEM",
      python("SYSTEM", { system_event_type: "simulation_end", reason: "done" }),
      expected("MILESTONE", { details: { reason: "done" }, milestone_type: "simulation_end" }),
    ],
    [
      "of a milestone with an agent",
      python("MILESTONE", { milestone_type: "phase_transition", name: "night" }, alice),
      expected("MILESTONE", {
        milestone_type: "phase_transition",
        name: "night",
        details: { agent_id: "alice" },
      }),
    ],
    [
      "of a decision, whose old value is null",
      python("DECISION", { decision_type: "trade", old_value: null, new_value: 3, confidence: null }, alice),
      expected("DECISION", {
        ...alice,
        details: { confidence: null },
        decision_type: "trade",
        old_value: null,
        new_value: 3,
      }),
    ],
    [
      "of an action without a payload",
      python(
        "ACTION",
        { action_type: "wait", interaction_type: null, participating_agent_ids: ["alice"] },
        alice,
      ),
      expected("ACTION", {
        ...alice,
        details: { participating_agent_ids: ["alice"] },
        action_type: "wait",
        action_payload: {},
      }),
    ],
    [
      "of an interaction",
      python(
        "ACTION",
        {
          action_type: "trade",
          action_payload: { amount: 1 },
          interaction_type: "trade",
          participating_agent_ids: ["alice", "bob"],
        },
        alice,
      ),
      expected("ACTION", {
        ...alice,
        action_type: "trade",
        action_payload: { amount: 1 },
        interaction_type: "trade",
        participating_agent_ids: ["alice", "bob"],
      }),
    ],
    [
      "of an action as the original's orchestrator records it",
      python("ACTION", { action_name: "trade", action_description: "trade", validated: true }, alice),
      expected("ACTION", {
        ...alice,
        details: { action_description: "trade", validated: true },
        action_type: "trade",
        action_payload: {},
      }),
    ],
    [
      "of a decision that has a type beside the action's name",
      python("DECISION", { action_name: "trade", decision_type: "agent_action" }, alice),
      expected("DECISION", { ...alice, details: { action_name: "trade" }, decision_type: "agent_action" }),
    ],
    [
      "of a decision that has the action's name alone",
      python("DECISION", { action_name: "trade" }, alice),
      expected("DECISION", { ...alice, decision_type: "trade" }),
    ],
    [
      "whose payload is no object",
      python("ACTION", { action_type: "say", action_payload: "hello" }, alice),
      expected("ACTION", { ...alice, action_type: "say", action_payload: { value: "hello" } }),
    ],
    [
      "of agents called by numbers",
      python("ACTION", { action_type: "trade", participating_agent_ids: [0, 7, "bob"] }, { agent_id: 7 }),
      expected("ACTION", {
        agent_id: "7",
        action_type: "trade",
        action_payload: {},
        participating_agent_ids: ["0", "7", "bob"],
      }),
    ],
    [
      "of the state of an agent called by a number",
      python("STATE", { variable_name: "wealth", new_value: 2 }, { agent_id: 0 }),
      expected("STATE", {
        agent_id: "0",
        variable_name: "wealth",
        new_value: 2,
        old_value: null,
        scope: "agent",
      }),
    ],
    [
      "of an agent whose name has a dot",
      python("DECISION", { decision_type: "trade" }, { agent_id: "gpt-4.1" }),
      expected("DECISION", { agent_id: "gpt-4.1", decision_type: "trade" }),
    ],
    [
      "of the machinery, with a status that there is not today",
      python("SYSTEM", { status: "ok", error_type: null }),
      expected("SYSTEM", { details: { status: "ok" }, status: "success" }),
    ],
    [
      "of the state, as ENV",
      python("ENV", { variable_name: "wealth", old_value: 1, new_value: 2, scope: "agent" }, alice),
      expected("STATE", { ...alice, variable_name: "wealth", old_value: 1, new_value: 2, scope: "agent" }),
    ],
    [
      "of an agent's state, without a scope",
      python("STATE", { variable_name: "wealth", new_value: 2 }, alice),
      expected("STATE", { ...alice, variable_name: "wealth", new_value: 2, old_value: null, scope: "agent" }),
    ],
    [
      "of the world's state, with the agent that changed it",
      python("STATE", { variable_name: "rate", old_value: 1, new_value: 2, scope: "global" }, alice),
      expected("STATE", {
        details: alice,
        variable_name: "rate",
        old_value: 1,
        new_value: 2,
        scope: "global",
      }),
    ],
    [
      "of the state in a scope that is neither",
      python("ENV", { variable_name: "rain", old_value: 1, new_value: 2, scope: "environment" }),
      expected("STATE", {
        details: { scope: "environment" },
        variable_name: "rain",
        old_value: 1,
        new_value: 2,
        scope: "global",
      }),
    ],
    [
      "of an agent's state without the agent",
      python("ENV", { variable_name: "rain", old_value: 1, new_value: 2, scope: "agent" }),
      expected("STATE", {
        details: { scope: "agent" },
        variable_name: "rain",
        old_value: 1,
        new_value: 2,
        scope: "global",
      }),
    ],
    [
      "of a calculation",
      python("DETAIL", { calculation_type: "interest" }),
      expected("DETAIL", { calculation_type: "interest", intermediate_values: {} }),
    ],
    [
      "of a failure that concerns an agent",
      python("SYSTEM", { error_type: "llm_failure", retry_count: 2, status: "retry", model: "m" }, alice),
      expected("SYSTEM", {
        details: { model: "m" },
        status: "retry",
        error_type: "llm_failure",
        retry_count: 2,
        subject_agent_id: "alice",
      }),
    ],
    [
      "of a failure without a status",
      python("SYSTEM", { error_type: "llm_failure", system_event_type: "llm_call" }),
      expected("SYSTEM", {
        details: { system_event_type: "llm_call" },
        error_type: "llm_failure",
        status: "failure",
      }),
    ],
    ["of a success without a status", python("SYSTEM", null), expected("SYSTEM", { status: "success" })],
    [
      "whose type's fields stand at the top level already",
      python("MILESTONE", { milestone_type: "turn_end" }, { milestone_type: "turn_start" }),
      expected("MILESTONE", { details: { milestone_type: "turn_end" }, milestone_type: "turn_start" }),
    ],
  ])("%s becomes today's", (_what, line, event) => {
    const before = structuredClone(line);
    expect(upcast(line)).toEqual(event);
    expect(line).toEqual(before);
    expect(isEvent(upcast(line))).toBe(true);
    expect(isEvent(line)).toBe(false);
  });

  it.each([
    ["2025-10-05T10:15:00+00:00", "2025-10-05T10:15:00.000000Z"],
    ["2025-10-05T12:15:00.5+02:00", "2025-10-05T10:15:00.500000Z"],
    ["2025-10-05T10:15:00.000251", "2025-10-05T10:15:00.000251Z"],
  ])("has its time brought to UTC: %s", (timestamp, utc) => {
    expect(upcast(python("SYSTEM", null, { timestamp })).timestamp).toBe(utc);
  });

  it("names each cause once, and the first 64 of many", () => {
    const causes = Array.from({ length: 70 }, (_, index) => idOf(index));
    const of = (caused_by: JsonObject["caused_by"]) =>
      upcast(python("SYSTEM", null, { caused_by: caused_by ?? null }));
    expect(of([])).not.toHaveProperty("caused_by");
    expect(of([...causes.slice(0, 2), ...causes.slice(0, 2)]).caused_by).toEqual(causes.slice(0, 2));
    expect(of(causes)).toMatchObject({ caused_by: causes.slice(0, 64), causes_omitted: 6 });
  });

  it("has a long description cut, kept whole beside it", () => {
    const description = `${"d".repeat(498)}😀${"e".repeat(100)}`;
    const event = upcast(python("SYSTEM", null, { description }));
    expect(event).toMatchObject({
      description: `${"d".repeat(498)}…`,
      lossy: ["/description"],
      details: { description },
    });
    expect(isEvent(event)).toBe(true);
  });

  it("keeps what it does not know, where it stands", () => {
    const line = { x_first: null, ...python("SYSTEM", { __proto__: null, more: [1] }), x_last: { a: 1 } };
    expect(Object.keys(upcast(line)).slice(0, 2)).toEqual(["x_first", "event_id"]);
    expect(upcast(line)).toMatchObject({ x_first: null, x_last: { a: 1 }, details: { more: [1] } });
  });

  it("stays invalid where nothing helps", () => {
    for (const line of [
      python("DECISION", { decision_type: "trade" }),
      python("MILESTONE", null),
      python("DREAM", {}),
      python("DECISION", { decision_type: "trade" }, { agent_id: 2 ** 53 }),
    ]) {
      expect(isEvent(upcast(line))).toBe(false);
    }
  });
});

describe("what needs no upcast", () => {
  it("is returned as it is", () => {
    const lifecycle = { ...cleanLog()[11], details: { system_event_type: "turn_start", error_type: "x" } };
    for (const event of [...cleanLog(), lifecycle]) expect(upcast(event)).toBe(event);
  });

  it("is the result of an upcast", () => {
    const folder = join(import.meta.dirname, "../read/fixtures/python-dialect");
    let lines = 0;
    for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".jsonl")) continue;
      for (const line of readFileSync(join(folder, file), "utf8").split("\n")) {
        if (line === "") continue;
        lines++;
        const event = upcast(JSON.parse(line));
        expect(isEvent(event)).toBe(true);
        expect(upcast(event)).toBe(event);
      }
    }
    expect(lines).toBe(58 + 59 + 61 + 40);
  });
});
