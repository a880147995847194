import { EVENT_TYPES } from "../schema/index.ts";

/** A kind's place in EVENT_TYPES: the emitter counts and chooses by number. */
export const MILESTONE = EVENT_TYPES.indexOf("MILESTONE");
export const DECISION = EVENT_TYPES.indexOf("DECISION");
export const ACTION = EVENT_TYPES.indexOf("ACTION");
export const STATE = EVENT_TYPES.indexOf("STATE");
export const DETAIL = EVENT_TYPES.indexOf("DETAIL");
export const SYSTEM = EVENT_TYPES.indexOf("SYSTEM");

const FIELDS = {
  MILESTONE: { name: "milestone_type", payload: "", label: "name" },
  DECISION: { name: "decision_type", payload: "", label: "" },
  ACTION: { name: "action_type", payload: "action_payload", label: "interaction_type" },
  STATE: { name: "variable_name", payload: "", label: "change" },
  DETAIL: { name: "calculation_type", payload: "intermediate_values", label: "" },
  SYSTEM: { name: "status", payload: "", label: "error_type" },
} as const;

/** What a draft's `name`, `payload` and `label` are called in the log, by kind. */
export const NAME_FIELDS: readonly string[] = EVENT_TYPES.map((type) => FIELDS[type].name);
export const PAYLOAD_FIELDS: readonly string[] = EVENT_TYPES.map((type) => FIELDS[type].payload);
export const LABEL_FIELDS: readonly string[] = EVENT_TYPES.map((type) => FIELDS[type].label);
