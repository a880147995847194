import { type KnownAgents, variableText } from "../naming/index.ts";
import {
  type Event,
  isRefusal,
  type MilestoneEvent,
  type RosterEvent,
  rosterEventOf,
} from "../schema/index.ts";
import { eventAgent, eventName } from "./event-name.ts";

/**
 * An event as something that another rests on: `ann's harvest`, `the change of fish`, `the rule growth`, `the phase market`.
 *
 * @param agents by which names of variables are written
 */
export function nounText(event: Event, agents: KnownAgents): string {
  const agent = eventAgent(event);
  const name = eventName(event);
  switch (event.event_type) {
    case "STATE":
      return `the change of ${variableText({ agent_id: agent, variable_name: name }, agents)}`;
    case "MILESTONE":
      return milestoneNoun(event);
    case "SYSTEM": {
      const ofRoster = rosterEventOf(event);
      if (ofRoster !== undefined) return `${agent ?? "an agent"}'s ${ROSTER_NOUNS[ofRoster]}`;
      return isRefusal(event) ? "the refusal" : `the ${event.status} ${event.error_type ?? ""}`.trimEnd();
    }
    default:
      return agent === undefined ? `the rule ${name}` : `${agent}'s ${name}`;
  }
}

/** An event as what brought a change about, in a table or a ledger: `harvest by ann`, `growth`, `the set-up`. */
export function causeText(event: Event, agents: KnownAgents): string {
  switch (event.event_type) {
    case "STATE":
      return nounText(event, agents);
    case "MILESTONE":
      if (event.milestone_type === "simulation_start") return "the set-up";
      return event.milestone_type === "phase_transition" ? milestoneNoun(event) : "the turn itself";
    default: {
      const agent = eventAgent(event);
      const name = eventName(event);
      return agent === undefined ? name : `${name} by ${agent}`;
    }
  }
}

function milestoneNoun({ milestone_type, name, turn_number }: MilestoneEvent): string {
  switch (milestone_type) {
    case "simulation_start":
      return "the beginning";
    case "simulation_end":
      return "the end";
    case "turn_start":
      return `the beginning of turn ${turn_number}`;
    case "turn_end":
      return `the end of turn ${turn_number}`;
    default:
      return `the phase ${name ?? "without a name"}`;
  }
}

const ROSTER_NOUNS: Record<RosterEvent, string> = {
  agent_added: "coming",
  agent_removed: "going",
  agent_paused: "pause",
  agent_resumed: "return",
};
