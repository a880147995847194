import {
  type Event,
  MAX_DESCRIPTION_LENGTH,
  MILESTONE_TYPES,
  mostCausesOf,
  STATE_CHANGES,
  SYSTEM_STATUSES,
} from "../schema/index.ts";

// Own code beside eventSchema because a log is verified and indexed line by line: 0.3 µs an event where zod takes 1.7 (Node 20, objects of 400 bytes).
// bench/query/event-check.mjs measures both. A property test holds it to eventSchema: it accepts exactly what that accepts.

const EVENT_ID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const TIMESTAMP = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])(:[0-5]\d){2}\.\d{6}Z$/;
const SIMULATION_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
const AGENT_ID = /^[^,\p{Cc}]{1,128}$/u;

type Fields = Readonly<Record<string, unknown>>;

/** Whether a value that came out of `JSON.parse` is an event, by the same rules as `eventSchema`. */
export function isEvent(value: unknown): value is Event {
  return isObject(value) && hasEnvelope(value) && hasFieldsOfItsKind(value);
}

function hasEnvelope(event: Fields): boolean {
  return (
    isEventId(event.event_id) &&
    typeof event.timestamp === "string" &&
    TIMESTAMP.test(event.timestamp) &&
    isCount(event.turn_number) &&
    typeof event.simulation_id === "string" &&
    SIMULATION_ID.test(event.simulation_id) &&
    (event.caused_by === undefined || isCauses(event.caused_by, mostCausesOf(event.event_type))) &&
    (event.causes_omitted === undefined || (isCount(event.causes_omitted) && event.causes_omitted >= 1)) &&
    (event.description === undefined ||
      (typeof event.description === "string" && event.description.length <= MAX_DESCRIPTION_LENGTH)) &&
    (event.details === undefined || isObject(event.details)) &&
    (event.lossy === undefined || (Array.isArray(event.lossy) && event.lossy.every(isString)))
  );
}

function hasFieldsOfItsKind(event: Fields): boolean {
  switch (event.event_type) {
    case "MILESTONE":
      return (
        event.agent_id === undefined &&
        isOneOf(MILESTONE_TYPES, event.milestone_type) &&
        isStringIfAny(event.name)
      );
    case "DECISION":
      return isAgentId(event.agent_id) && isString(event.decision_type);
    case "ACTION":
      return (
        isAgentId(event.agent_id) &&
        isString(event.action_type) &&
        isObject(event.action_payload) &&
        isStringIfAny(event.interaction_type) &&
        (event.participating_agent_ids === undefined || isParticipants(event.participating_agent_ids))
      );
    case "STATE":
      return (
        isString(event.variable_name) &&
        event.old_value !== undefined &&
        event.new_value !== undefined &&
        (event.change === undefined || isOneOf(STATE_CHANGES, event.change)) &&
        ((event.scope === "global" && event.agent_id === undefined) ||
          (event.scope === "agent" && isAgentId(event.agent_id)))
      );
    case "DETAIL":
      return (
        (event.agent_id === undefined || isAgentId(event.agent_id)) &&
        isString(event.calculation_type) &&
        isObject(event.intermediate_values)
      );
    case "SYSTEM":
      return (
        event.agent_id === undefined &&
        isOneOf(SYSTEM_STATUSES, event.status) &&
        isStringIfAny(event.error_type) &&
        (event.retry_count === undefined || isCount(event.retry_count)) &&
        (event.subject_agent_id === undefined || isAgentId(event.subject_agent_id))
      );
    default:
      return false;
  }
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isString(value: unknown): value is string {
  return typeof value === "string";
}

function isStringIfAny(value: unknown): boolean {
  return value === undefined || typeof value === "string";
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isEventId(value: unknown): value is string {
  return typeof value === "string" && EVENT_ID.test(value);
}

function isAgentId(value: unknown): value is string {
  return typeof value === "string" && AGENT_ID.test(value);
}

function isOneOf(list: readonly string[], value: unknown): boolean {
  return typeof value === "string" && list.includes(value);
}

function isCauses(value: unknown, most: number): boolean {
  if (!Array.isArray(value) || value.length > most || !value.every(isEventId)) return false;
  return value.length < 2 || new Set(value).size === value.length;
}

function isParticipants(value: unknown): boolean {
  return Array.isArray(value) && value.length >= 2 && value.every(isAgentId);
}
