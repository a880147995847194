import fc from "fast-check";
import { allMembers, EVENT_TYPES } from "./index.ts";

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
const object = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 1 }), { maxKeys: 3 });

/** Right or wrong, and mostly right where an event needs it. */
function maybeValue(member: ReturnType<typeof allMembers>[number]) {
  const { form, words, longest } = member;
  switch (form) {
    case "event":
      return fc.oneof({ weight: 9, arbitrary: eventId }, fc.string());
    case "events":
      return fc.array(eventId, { maxLength: 3 });
    case "timestamp":
      return fc.constantFrom("2026-11-23T07:15:00.000123Z", "2026-11-23T07:15:00Z");
    case "run":
      return fc.constantFrom("market-7", "../x");
    case "agent":
      return agentId;
    case "agents":
      return fc.array(agentId, { maxLength: 3 });
    case "text":
      return longest === undefined
        ? fc.oneof({ weight: 4, arbitrary: fc.string() }, fc.constant(1))
        : fc.oneof(fc.string(), fc.constantFrom("x".repeat(longest + 1), "😀".repeat(longest), null));
    case "texts":
      return fc.oneof(fc.array(fc.string(), { maxLength: 2 }), fc.constant([1]));
    case "word":
      return fc.constantFrom(...words, "no such word");
    case "count":
      return fc.oneof(
        { weight: 9, arbitrary: fc.integer({ min: member.least, max: 50 }) },
        fc.constantFrom(member.least - 1, 0.5, "1"),
      );
    case "object":
      return fc.oneof(object, fc.constantFrom(null, [], "x"));
    case "value":
      return fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant(undefined));
  }
}

/** Events, some of them right: each field present or not, right or wrong, so that two validators can be held to each other. */
export const maybeEvent: fc.Arbitrary<Record<string, unknown>> = fc
  .tuple(
    fc.constantFrom(...EVENT_TYPES),
    fc.record(
      Object.fromEntries<fc.Arbitrary<unknown>>([
        ...allMembers()
          .filter(({ name }) => name !== "event_type")
          .map((member) => [member.name, maybeValue(member)] as const),
        ["unknown_field", fc.jsonValue({ maxDepth: 1 })],
      ]),
      { requiredKeys: [] },
    ),
  )
  .chain(([kind, fields]) =>
    // Mostly the kind's least event with a few fields laid over it, so that many are right.
    fc.subarray(Object.keys(fields), { maxLength: 5 }).map((keys) => ({
      ...least[kind],
      ...Object.fromEntries(keys.map((key) => [key, fields[key]])),
    })),
  );
