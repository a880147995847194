import { type Event, isRefusal, rosterEventOf } from "@llm-sim/events/schema";
import { eventAgent } from "@llm-sim/events/words";
import type { Parting } from "./recall.ts";

/** The piece of code that an event comes from. */
export interface Suspect {
  part: "agent" | "rule" | "effect" | "hook" | "validator" | "engine";
  /** The agent's id, the rule, the action that the effect is of, the hook; absent where there is one of its kind. */
  name?: string;
  /** In words: `the decide of alice`. */
  text: string;
}

/** Whose code did not do what it did before. @param eventOf an event of the parting's turn */
export function suspectOf(
  { recorded, now, phase }: Pick<Parting, "recorded" | "now" | "phase">,
  eventOf: (id: string) => Event | undefined,
): Suspect {
  const event = now ?? recorded;
  const suspect = event ? ofEvent(event, eventOf) : ENGINE;
  const isEngines = event?.event_type === "DETAIL" || isPhase(event);
  // What is of no rule and no action, a hook has emitted itself.
  if (suspect !== ENGINE || !isEngines) return suspect;
  return hookSuspect(phase === "begin" ? "beforeTurn" : "afterActions");
}

function isPhase(event: Event | undefined): boolean {
  return event?.event_type === "MILESTONE" && event.milestone_type === "phase_transition";
}

const ENGINE: Suspect = { part: "engine", text: "the engine" };

function ofEvent(event: Event, eventOf: (id: string) => Event | undefined): Suspect {
  const agent = eventAgent(event);
  switch (event.event_type) {
    case "DECISION":
    case "ACTION":
      return agentSuspect(event.agent_id);
    case "STATE":
      return behind(event, eventOf);
    case "DETAIL": {
      const { rule, conditions } = event.details ?? {};
      if (typeof rule === "string") return ruleSuspect(rule);
      if (typeof conditions === "string") return hookSuspect(conditions);
      return agent === undefined ? behind(event, eventOf) : agentSuspect(agent);
    }
    case "SYSTEM":
      return ofSystem(event, eventOf);
    default:
      return isPhase(event) ? behind(event, eventOf) : ENGINE;
  }
}

function ofSystem(
  event: Event & { event_type: "SYSTEM" },
  eventOf: (id: string) => Event | undefined,
): Suspect {
  const { details = {}, subject_agent_id: agent } = event;
  if (isRefusal(event)) {
    if (details.refused_by === "validator") return { part: "validator", text: "the validator" };
    if (details.refused_by === "payload") return agentSuspect(agent ?? "");
    return effectSuspect(typeof details.action_type === "string" ? details.action_type : "", agent);
  }
  if (rosterEventOf(event) !== undefined) return behind(event, eventOf);
  if (agent !== undefined) return agentSuspect(agent);
  const during = typeof details.during === "string" ? details.during : undefined;
  const rule = during?.startsWith("rule ") ? during.slice("rule ".length) : undefined;
  if (rule !== undefined) return ruleSuspect(rule);
  return during === undefined ? ENGINE : { part: "engine", text: during };
}

/** The rule or the action's effect that an event is caused by. */
function behind(event: Event, eventOf: (id: string) => Event | undefined): Suspect {
  for (const id of event.caused_by ?? []) {
    const cause = eventOf(id);
    if (cause?.event_type === "ACTION") return effectSuspect(cause.action_type, cause.agent_id);
    if (cause?.event_type === "DETAIL" && typeof cause.details?.rule === "string")
      return ruleSuspect(cause.details.rule);
  }
  return ENGINE;
}

function agentSuspect(id: string): Suspect {
  return { part: "agent", name: id, text: `the decide of ${id}` };
}

function ruleSuspect(name: string): Suspect {
  return { part: "rule", name, text: `the rule ${name}` };
}

function hookSuspect(name: string): Suspect {
  return { part: "hook", name, text: `the hook ${name}` };
}

function effectSuspect(action: string, agent: string | undefined): Suspect {
  return {
    part: "effect",
    name: action,
    text: `the effect of ${action}${agent === undefined ? "" : ` of ${agent}`}`,
  };
}
