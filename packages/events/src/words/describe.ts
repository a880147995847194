import type { Event, JsonValue, MilestoneEvent } from "../schema/index.ts";
import { changeText } from "./change.ts";
import { shorten } from "./text.ts";
import { formerLabel, valueLabel } from "./value.ts";

/** Names are cut so that the whole stays below the 500 characters a description may have. */
const MAX_NAME = 90;

/**
 * An event in one line: its own description or, where it has none (another hand's log), what the emitter would have written
 * for one: `alice.wealth: 1000 → 900`, `alice: trade with bob and 2 more`, `Turn 3 started`. Names stand as they are in the
 * log, not as they are to be typed.
 */
export function describe(event: Event): string {
  return descriptionOf(event) || fromFields(event, valueLabel);
}

/**
 * What the event's author says of it. Of a list that changed, the emitter once wrote its length for want of words (`hand = [3]`), which
 * reads as what is in it: that is told anew.
 */
export function descriptionOf(event: Event): string | undefined {
  const { description, event_type: kind } = event;
  if (description === undefined || (kind !== "STATE" && kind !== "DECISION")) return description;
  if (!Array.isArray(event.old_value) && !Array.isArray(event.new_value)) return description;
  return description === fromFields(event, formerLabel) ? fromFields(event, valueLabel) : description;
}

function fromFields(event: Event, labelOf: (value: JsonValue) => string): string {
  switch (event.event_type) {
    case "STATE":
      return changeText(
        `${event.agent_id === undefined ? "" : `${event.agent_id}.`}${name(event.variable_name)}`,
        event,
        labelOf,
      );
    case "DECISION": {
      const { old_value, new_value } = event;
      if (new_value === undefined) return subject(event.agent_id, event.decision_type);
      const before = old_value === undefined ? "" : `${labelOf(old_value)} → `;
      return `${subject(event.agent_id, event.decision_type)}: ${before}${labelOf(new_value)}`;
    }
    case "ACTION":
      return `${subject(event.agent_id, event.action_type)}${others(event.participating_agent_ids ?? [], event.agent_id)}`;
    case "DETAIL":
      return subject(event.agent_id, event.calculation_type);
    case "MILESTONE":
      return milestone(event);
    default: {
      const error = event.error_type === undefined ? "" : `: ${name(event.error_type)}`;
      const about = event.subject_agent_id === undefined ? "" : ` about ${event.subject_agent_id}`;
      return `${event.status}${error}${about}`;
    }
  }
}

/** `alice: buy` */
function subject(agentId: string | undefined, what: string): string {
  return `${agentId === undefined ? "" : `${agentId}: `}${name(what)}`;
}

/** ` with bob and 2 more` */
function others(participants: readonly string[], acting: string): string {
  const other = participants.find((id) => id !== acting);
  if (other === undefined) return "";
  const more = participants.filter((id) => id !== acting && id !== other).length;
  return ` with ${other}${more === 0 ? "" : ` and ${more} more`}`;
}

function milestone({ milestone_type, name: phase, turn_number }: MilestoneEvent): string {
  switch (milestone_type) {
    case "simulation_start":
      return "Simulation started";
    case "simulation_end":
      return "Simulation ended";
    case "turn_start":
      return `Turn ${turn_number} started`;
    case "turn_end":
      return `Turn ${turn_number} ended`;
    default:
      return `Phase: ${name(phase ?? "")}`;
  }
}

function name(text: string): string {
  return shorten(text, MAX_NAME);
}
