import { describe, expect, it } from "vitest";
import { base, least } from "./events.test.fixture.ts";
import { EVENT_TYPES, eventSchema, MILESTONE_TYPES, SYSTEM_STATUSES } from "./index.ts";

const accepts = (event: unknown) => eventSchema.safeParse(event).success;
const without = (event: object, field: string) =>
  Object.fromEntries(Object.entries(event).filter(([key]) => key !== field));
const ULID = "01KATN0000ABCDEFGHJKMN0002";
const ids = (count: number) =>
  Array.from({ length: count }, (_, index) => `01KATN0000ABCDEFGHJKMN${String(index).padStart(4, "0")}`);

describe("the base event", () => {
  it.each(EVENT_TYPES)("a %s event needs only the base fields and its own", (type) => {
    expect(eventSchema.parse(least[type])).toEqual(least[type]);
  });

  it.each(
    EVENT_TYPES.flatMap((type) =>
      ["event_id", "timestamp", "turn_number", "simulation_id", "event_type"].map(
        (field) => [type, field] as const,
      ),
    ),
  )("a %s event without %s is refused", (type, field) => {
    expect(accepts(without(least[type], field))).toBe(false);
  });

  it("event_id is a ULID of 26 characters of Crockford's base32", () => {
    expect(accepts({ ...least.SYSTEM, event_id: "7ZZZZZZZZZZZZZZZZZZZZZZZZZ" })).toBe(true);
    for (const wrong of [
      "",
      ULID.slice(1),
      `${ULID}0`,
      ULID.toLowerCase(),
      ULID.replace("A", "I"),
      `8${ULID.slice(1)}`,
      5,
    ])
      expect(accepts({ ...least.SYSTEM, event_id: wrong })).toBe(false);
  });

  it("timestamp is UTC with six digits of microseconds and Z", () => {
    const times = [
      "2026-11-23T07:15:00Z",
      "2026-11-23T07:15:00.123Z",
      "2026-11-23T07:15:00.000123+00:00",
      "2026-11-23 07:15:00.000123Z",
    ];
    for (const timestamp of times) expect(accepts({ ...least.SYSTEM, timestamp })).toBe(false);
  });

  it("turn_number is an integer from 0", () => {
    expect(accepts({ ...least.SYSTEM, turn_number: 0 })).toBe(true);
    for (const turn_number of [-1, 1.5, "1", null])
      expect(accepts({ ...least.SYSTEM, turn_number })).toBe(false);
  });

  it("simulation_id is a name that can be a directory's", () => {
    for (const simulation_id of ["a", "market-7", "A.b_c-9", "x".repeat(128)])
      expect(accepts({ ...least.SYSTEM, simulation_id })).toBe(true);
    for (const simulation_id of ["", ".", "..", "-a", "a/b", "a\\b", "a b", "x".repeat(129)])
      expect(accepts({ ...least.SYSTEM, simulation_id })).toBe(false);
  });

  it("agent_id is 1 to 128 characters without comma or control character", () => {
    for (const agent_id of [
      "a",
      "Ünal",
      "trader 7",
      "gpt-4.1",
      "Dr. Smith",
      "x".repeat(128),
      "😀".repeat(128),
    ])
      expect(accepts({ ...least.ACTION, agent_id })).toBe(true);
    for (const agent_id of ["", "a,b", "a\nb", "a\u0085", "x".repeat(129), "😀".repeat(129), null, 7])
      expect(accepts({ ...least.ACTION, agent_id })).toBe(false);
  });

  it("caused_by holds at most 64 ids, none of them twice; of a decision, an action and a detail 4,096", () => {
    for (const kind of ["DECISION", "ACTION", "DETAIL"] as const) {
      expect(accepts({ ...least[kind], caused_by: ids(4096), causes_omitted: 3 })).toBe(true);
      expect(accepts({ ...least[kind], caused_by: ids(4097) })).toBe(false);
    }
    expect(accepts({ ...least.SYSTEM, caused_by: ids(64), causes_omitted: 3 })).toBe(true);
    expect(accepts({ ...least.SYSTEM, caused_by: ids(65) })).toBe(false);
    expect(accepts({ ...least.SYSTEM, caused_by: [ULID, ULID] })).toBe(false);
    expect(accepts({ ...least.SYSTEM, caused_by: ["x"] })).toBe(false);
    expect(accepts({ ...least.SYSTEM, causes_omitted: 0 })).toBe(false);
  });

  it("description is at most 500 characters", () => {
    expect(accepts({ ...least.SYSTEM, description: "x".repeat(500) })).toBe(true);
    expect(accepts({ ...least.SYSTEM, description: "x".repeat(501) })).toBe(false);
  });

  it("details is an object", () => {
    expect(accepts({ ...least.SYSTEM, details: { any: [1, null, { thing: true }] } })).toBe(true);
    for (const details of [null, [], "x", 1]) expect(accepts({ ...least.SYSTEM, details })).toBe(false);
  });

  it("lossy is a list of texts", () => {
    expect(accepts({ ...least.SYSTEM, lossy: ["/details/a~1b"] })).toBe(true);
    expect(accepts({ ...least.SYSTEM, lossy: [1] })).toBe(false);
  });

  it("fields it does not know are kept", () => {
    expect(eventSchema.parse({ ...least.STATE, later: { field: 1 } })).toMatchObject({ later: { field: 1 } });
  });

  it("a kind there is not is refused", () => {
    expect(accepts({ ...base, event_type: "ENV" })).toBe(false);
  });
});

describe("MILESTONE", () => {
  it.each(MILESTONE_TYPES)("has milestone_type %s", (milestone_type) => {
    expect(accepts({ ...least.MILESTONE, milestone_type })).toBe(true);
  });
  it("knows no other, and needs one", () => {
    expect(accepts({ ...least.MILESTONE, milestone_type: "pause" })).toBe(false);
    expect(accepts(without(least.MILESTONE, "milestone_type"))).toBe(false);
  });
  it("names the phase", () => {
    expect(accepts({ ...least.MILESTONE, milestone_type: "phase_transition", name: "collapse" })).toBe(true);
  });
  it("has no agent", () => expect(accepts({ ...least.MILESTONE, agent_id: "alice" })).toBe(false));
});

describe("DECISION", () => {
  it("has a decision_type, and perhaps an old and a new value", () => {
    expect(accepts({ ...least.DECISION, old_value: null, new_value: { plan: ["a"] } })).toBe(true);
    expect(accepts(without(least.DECISION, "decision_type"))).toBe(false);
  });
  it("is an agent's", () => expect(accepts(without(least.DECISION, "agent_id"))).toBe(false));
});

describe("ACTION", () => {
  it("has an action_type and a payload that is an object", () => {
    expect(accepts(without(least.ACTION, "action_type"))).toBe(false);
    expect(accepts(without(least.ACTION, "action_payload"))).toBe(false);
    for (const action_payload of [null, [], "x"])
      expect(accepts({ ...least.ACTION, action_payload })).toBe(false);
  });
  it("is an agent's", () => expect(accepts(without(least.ACTION, "agent_id"))).toBe(false));
  it("is an interaction with two agents or more", () => {
    const trade = { ...least.ACTION, interaction_type: "trade" };
    expect(accepts({ ...trade, participating_agent_ids: ["alice", "bob"] })).toBe(true);
    expect(accepts({ ...trade, participating_agent_ids: ["alice"] })).toBe(false);
    expect(accepts({ ...trade, participating_agent_ids: ["alice", "b,c"] })).toBe(false);
  });
});

describe("STATE", () => {
  it.each(["variable_name", "old_value", "new_value", "scope"])("needs %s", (field) => {
    expect(accepts(without(least.STATE, field))).toBe(false);
  });
  it.each([null, 0, "", false, [], {}])("takes %j as a value", (value) => {
    expect(accepts({ ...least.STATE, old_value: value, new_value: value })).toBe(true);
  });
  it("has an agent exactly when its scope is agent", () => {
    expect(accepts({ ...least.STATE, scope: "agent", agent_id: "alice" })).toBe(true);
    expect(accepts({ ...least.STATE, scope: "agent" })).toBe(false);
    expect(accepts({ ...least.STATE, scope: "global", agent_id: "alice" })).toBe(false);
    expect(accepts({ ...least.STATE, scope: "world" })).toBe(false);
  });
  it("may be a variable that comes or goes", () => {
    expect(accepts({ ...least.STATE, change: "added", old_value: null })).toBe(true);
    expect(accepts({ ...least.STATE, change: "removed", new_value: null })).toBe(true);
    expect(accepts({ ...least.STATE, change: "changed" })).toBe(false);
  });
});

describe("DETAIL", () => {
  it("has a calculation_type and intermediate values that are an object", () => {
    expect(accepts(without(least.DETAIL, "calculation_type"))).toBe(false);
    expect(accepts({ ...least.DETAIL, intermediate_values: [] })).toBe(false);
  });
  it("may be an agent's", () => expect(accepts({ ...least.DETAIL, agent_id: "alice" })).toBe(true));
});

describe("SYSTEM", () => {
  it.each(SYSTEM_STATUSES)("has status %s", (status) => {
    expect(accepts({ ...least.SYSTEM, status })).toBe(true);
  });
  it("knows no other", () => expect(accepts({ ...least.SYSTEM, status: "ok" })).toBe(false));
  it("has an error_type, a retry_count from 0 and a subject, where it needs them", () => {
    const full = { ...least.SYSTEM, error_type: "timeout", retry_count: 0, subject_agent_id: "alice" };
    expect(accepts(full)).toBe(true);
    expect(accepts({ ...full, retry_count: -1 })).toBe(false);
    expect(accepts({ ...full, retry_count: 1.5 })).toBe(false);
    expect(accepts({ ...full, subject_agent_id: "a,b" })).toBe(false);
  });
  it("is nobody's", () => expect(accepts({ ...least.SYSTEM, agent_id: "alice" })).toBe(false));
});
