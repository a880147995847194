import { ANY_AGENTS, variableText } from "@llm-sim/events/naming";
import type { Event } from "@llm-sim/events/schema";
import { formatValue } from "../format/index.ts";

/** What the event says of itself, or, where it has no description (another hand's log), a sentence from its fields. */
export function describeEvent(event: Event): string {
  if (event.description) return event.description;
  switch (event.event_type) {
    case "MILESTONE":
      return event.name
        ? `${words(event.milestone_type)}: ${event.name}`
        : `${words(event.milestone_type)}, turn ${event.turn_number}`;
    case "DECISION":
      return `${event.agent_id} decided: ${words(event.decision_type)}${event.new_value === undefined ? "" : ` ${formatValue(event.new_value, 80)}`}`;
    case "ACTION":
      return `${event.agent_id}: ${words(event.action_type)}`;
    case "STATE":
      return `${variableOf(event)}: ${formatValue(event.old_value, 60)} → ${formatValue(event.new_value, 60)}`;
    case "DETAIL":
      return `${event.agent_id === undefined ? "" : `${event.agent_id}: `}${words(event.calculation_type)}`;
    case "SYSTEM":
      return event.error_type ? `${words(event.status)}: ${words(event.error_type)}` : words(event.status);
  }
}

/** What kind of decision, action or milestone it is, in its own word. */
export function subtypeOf(event: Event): string {
  switch (event.event_type) {
    case "MILESTONE":
      return event.milestone_type;
    case "DECISION":
      return event.decision_type;
    case "ACTION":
      return event.action_type;
    case "STATE":
      return event.variable_name;
    case "DETAIL":
      return event.calculation_type;
    case "SYSTEM":
      return event.error_type ?? event.status;
  }
}

/** `alice.wealth`, or `price` for one of the world's. */
export function variableOf(event: { variable_name: string; agent_id?: string | undefined }): string {
  return variableText({ agent_id: event.agent_id, variable_name: event.variable_name }, ANY_AGENTS);
}

/** The event's own agent, or whom a SYSTEM event is about. */
export function agentOf(event: Event): string | undefined {
  if (event.event_type === "SYSTEM") return event.subject_agent_id;
  return event.agent_id;
}

/** `simulation_start` → `simulation start` */
export function words(name: string): string {
  return name.replaceAll("_", " ");
}

/** An explanation's sentence without the event id it ends with: here the line itself leads to the event. */
export function sentenceOf(sentence: string): string {
  return sentence.replace(/\s*\[[0-9A-HJKMNP-TV-Z]{26}( \| [0-9A-HJKMNP-TV-Z]{26})?\]$/, "");
}
