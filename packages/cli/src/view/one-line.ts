import { ANY_AGENTS, variableText } from "@llm-sim/events/naming";
import type { Event, JsonValue } from "@llm-sim/events/schema";
import { plainText } from "../terminal/index.ts";

/** What happened, in one line: the event's own description, or one made from its fields. */
export function oneLine(event: Event): string {
  return plainText(event.description ?? fromFields(event));
}

/** Whom an event is about: its agent, those who take part, or the one a SYSTEM event concerns. */
export function agentOf(event: Event): string {
  const agent = event.event_type === "SYSTEM" ? event.subject_agent_id : event.agent_id;
  return plainText(agent ?? "");
}

function fromFields(event: Event): string {
  switch (event.event_type) {
    case "MILESTONE":
      return [event.milestone_type, event.name].filter(Boolean).join(" ");
    case "DECISION":
      return event.new_value === undefined
        ? event.decision_type
        : `${event.decision_type}: ${changeOf(event.old_value, event.new_value)}`;
    case "ACTION":
      return `${event.action_type} ${brief(event.action_payload)}`;
    case "STATE": {
      const { agent_id, variable_name, old_value, new_value } = event;
      return `${variableText({ agent_id, variable_name }, ANY_AGENTS)}: ${changeOf(old_value, new_value)}`;
    }
    case "DETAIL":
      return `${event.calculation_type} ${brief(event.intermediate_values)}`;
    case "SYSTEM":
      break;
  }
  return [event.status, event.error_type].filter(Boolean).join(" ");
}

function changeOf(before: JsonValue | undefined, after: JsonValue): string {
  return before === undefined ? brief(after) : `${brief(before)} → ${brief(after)}`;
}

function brief(value: JsonValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
