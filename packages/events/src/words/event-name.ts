import { type Event, rosterEventOf } from "../schema/index.ts";

/** What an event is about, in one word: the part of its logical key that its kind and agent leave open. */
export function eventName(event: Event): string {
  switch (event.event_type) {
    case "MILESTONE":
      return event.name === undefined ? event.milestone_type : `${event.milestone_type} ${event.name}`;
    case "DECISION":
      return event.decision_type;
    case "ACTION":
      return event.action_type;
    case "STATE":
      return event.variable_name;
    case "DETAIL":
      return event.calculation_type;
    default:
      return event.error_type ?? rosterEventOf(event) ?? event.status;
  }
}

/** Whose event it is; of a SYSTEM event, whom it concerns. */
export function eventAgent(event: Event): string | undefined {
  return event.event_type === "SYSTEM" ? event.subject_agent_id : event.agent_id;
}
