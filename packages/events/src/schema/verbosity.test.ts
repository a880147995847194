import { describe, expect, it } from "vitest";
import { DEFAULT_VERBOSITY, EVENT_TYPES, isRecordedAt, SYSTEM_STATUSES, VERBOSITY_LEVELS } from "./index.ts";

const levelsThatRecord = (event: Parameters<typeof isRecordedAt>[1]) =>
  VERBOSITY_LEVELS.filter((level) => isRecordedAt(level, event));

describe("verbosity", () => {
  it("is one of five levels, ACTION where nothing is said", () => {
    expect(VERBOSITY_LEVELS).toEqual(["MILESTONE", "DECISION", "ACTION", "STATE", "DETAIL"]);
    expect(DEFAULT_VERBOSITY).toBe("ACTION");
  });

  it.each(EVENT_TYPES.filter((type) => type !== "SYSTEM"))(
    "%s is recorded from its own level on",
    (event_type) => {
      const own = VERBOSITY_LEVELS.indexOf(event_type);
      expect(levelsThatRecord({ event_type })).toEqual(VERBOSITY_LEVELS.slice(own));
    },
  );

  it.each([
    ["warning", undefined, "MILESTONE"],
    ["failure", undefined, "MILESTONE"],
    ["retry", undefined, "DECISION"],
    ["success", undefined, "DETAIL"],
    ["success", { system_event_type: "model_call" }, "DECISION"],
    ["success", { system_event_type: "checkpoint" }, "DETAIL"],
    ["retry", { system_event_type: "model_call" }, "DECISION"],
    ["failure", { system_event_type: "model_call" }, "MILESTONE"],
    ["success", { system_event_type: "agent_added" }, "ACTION"],
    ["warning", { system_event_type: "agent_removed" }, "ACTION"],
    ["success", { system_event_type: "agent_paused" }, "ACTION"],
    ["success", { system_event_type: "agent_resumed" }, "ACTION"],
  ] as const)("SYSTEM %s %j is recorded from %s on", (status, details, from) => {
    expect(SYSTEM_STATUSES).toContain(status);
    expect(levelsThatRecord({ event_type: "SYSTEM", status, details })).toEqual(
      VERBOSITY_LEVELS.slice(VERBOSITY_LEVELS.indexOf(from)),
    );
  });

  it.each([
    ["warning", "validation_error", "ACTION"],
    ["warning", "combined_away", "ACTION"],
    ["warning", "agent_gone", "ACTION"],
    ["warning", "events_dropped", "MILESTONE"],
    ["failure", "validation_error", "MILESTONE"],
    ["failure", "agent_error", "MILESTONE"],
  ] as const)(
    "SYSTEM %s of type %s is recorded from %s on: a refusal is ordinary play",
    (status, error_type, from) => {
      expect(levelsThatRecord({ event_type: "SYSTEM", status, error_type })).toEqual(
        VERBOSITY_LEVELS.slice(VERBOSITY_LEVELS.indexOf(from)),
      );
    },
  );
});
