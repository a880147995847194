import fc from "fast-check";
import { EVENT_TYPES, MILESTONE_TYPES, SYSTEM_STATUSES } from "./index.ts";

/** What every event has, as a caller would write it. */
export const base = {
  event_id: "01KATN0000ABCDEFGHJKMN0001",
  timestamp: "2026-11-23T07:15:00.000123Z",
  turn_number: 3,
  simulation_id: "market-7",
};

/** The least that each kind takes. */
export const least = {
  MILESTONE: { ...base, event_type: "MILESTONE", milestone_type: "turn_start" },
  DECISION: { ...base, event_type: "DECISION", agent_id: "alice", decision_type: "strategy" },
  ACTION: { ...base, event_type: "ACTION", agent_id: "alice", action_type: "buy", action_payload: {} },
  STATE: {
    ...base,
    event_type: "STATE",
    variable_name: "rate",
    old_value: 1,
    new_value: 2,
    scope: "global",
  },
  DETAIL: { ...base, event_type: "DETAIL", calculation_type: "interest", intermediate_values: {} },
  SYSTEM: { ...base, event_type: "SYSTEM", status: "warning" },
} as const;

const eventId = fc.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
const agentId = fc.constantFrom("alice", "bob", "a b", "ζ", "a.b", "", "x".repeat(129));
const anything = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(undefined));
const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 });

/** Events, some of them right: each field present or not, right or wrong, so that two validators can be held to each other. */
export const maybeEvent: fc.Arbitrary<Record<string, unknown>> = fc
  .record(
    {
      event_id: fc.oneof({ weight: 9, arbitrary: eventId }, fc.string()),
      timestamp: fc.constantFrom("2026-11-23T07:15:00.000123Z", "2026-11-23T07:15:00Z"),
      turn_number: fc.oneof({ weight: 9, arbitrary: fc.nat(50) }, fc.constantFrom(-1, 0.5, "1")),
      event_type: fc.constantFrom(...EVENT_TYPES),
      simulation_id: fc.constantFrom("market-7", "../x"),
      agent_id: agentId,
      caused_by: fc.array(eventId, { maxLength: 3 }),
      causes_omitted: fc.integer({ min: 0, max: 3 }),
      description: fc.oneof(fc.string(), fc.constantFrom("x".repeat(501), "😀".repeat(500), null)),
      details: fc.oneof(object, fc.constantFrom(null, [], "x")),
      lossy: fc.oneof(fc.array(fc.string(), { maxLength: 2 }), fc.constant([1])),
      milestone_type: fc.constantFrom(...MILESTONE_TYPES, "pause"),
      name: fc.oneof(fc.string(), fc.constant(1)),
      decision_type: fc.oneof(fc.string(), fc.constant(1)),
      old_value: anything,
      new_value: anything,
      action_type: fc.string(),
      action_payload: fc.oneof(object, fc.constantFrom(null, [])),
      interaction_type: fc.string(),
      participating_agent_ids: fc.array(agentId, { maxLength: 3 }),
      variable_name: fc.string(),
      scope: fc.constantFrom("global", "agent", "world"),
      change: fc.constantFrom("added", "removed", "kept"),
      calculation_type: fc.string(),
      intermediate_values: object,
      status: fc.constantFrom(...SYSTEM_STATUSES, "fine"),
      error_type: fc.string(),
      retry_count: fc.constantFrom(0, 2, -1),
      subject_agent_id: agentId,
      unknown_field: fc.jsonValue({ maxDepth: 1 }),
    },
    { requiredKeys: ["event_type"] },
  )
  .chain((fields) =>
    // Mostly the kind's least event with a few fields laid over it, so that many are right.
    fc.subarray(Object.keys(fields), { maxLength: 5 }).map((keys) => ({
      ...least[fields.event_type],
      ...Object.fromEntries(
        keys.filter((key) => key !== "event_type").map((key) => [key, Reflect.get(fields, key)]),
      ),
    })),
  );
