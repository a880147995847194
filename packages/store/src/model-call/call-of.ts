import type { ModelCall } from "@llm-sim/api";
import { type Event, MODEL_CALL, type SystemEvent } from "@llm-sim/events/schema";
import { callDetailsSchema, parseCoordinate } from "@llm-sim/events/tape";

/** Whether an event says that it is an attempt at a model call. */
export function isModelCall(event: Event): event is SystemEvent {
  return event.event_type === "SYSTEM" && event.details?.system_event_type === MODEL_CALL;
}

/** What an attempt's event tells of it; `undefined` where it does not say what such an event has to. */
export function callOf(event: SystemEvent): ModelCall | undefined {
  const details = callDetailsSchema.safeParse(event.details).data;
  const coordinate = details === undefined ? undefined : parseCoordinate(details.call);
  if (details === undefined || coordinate === undefined) return undefined;
  const { actor, purpose, key, ordinal, attempt } = coordinate;
  return {
    event_id: event.event_id,
    timestamp: event.timestamp,
    turn: event.turn_number,
    actor: actor.type,
    agent_id: actor.agent_id,
    place: actor.place,
    purpose,
    key,
    ordinal,
    attempt,
    call: details.call,
    model: details.model,
    served_model: details.served_model,
    status: event.status,
    outcome: details.outcome,
    error_type: event.error_type,
    error: details.error,
    broken_off_by: details.broken_off_by,
    http_status: details.status,
    finish_reason: details.finish_reason,
    marks: details.marks,
    usage: details.usage,
    latency_ms: details.latency_ms,
    cost_usd: details.cost_usd,
  };
}
