import type { Event } from "@llm-sim/events/schema";
import { eventAgent } from "@llm-sim/events/words";
import { UNDECIDED } from "../agent/index.ts";

/** The parts of a turn, in order. Only in `deciding` may the order of events depend on how long agents took. */
const PHASES = ["begin", "deciding", "acting"] as const;
export type Phase = (typeof PHASES)[number];

/** Where an event stands within its turn, but for its number: events of one phase and agent keep their order. */
export interface Placed {
  event: Event;
  phase: Phase;
  /** Whose deciding it is part of; empty in the other phases. */
  agent: string;
}

/**
 * The places of a turn's events, in the order in which they come: all up to the turn's last decision that are an agent's own are
 * of the deciding; the rest keeps its order.
 */
export function placesOf(inTurn: readonly Event[]): Placed[] {
  const lastDecision = inTurn.findLastIndex(isDecided);
  return inTurn.map((event, index) => {
    if (index > lastDecision) return { event, phase: "acting", agent: "" };
    const agent = ownAgent(event);
    return agent === undefined ? { event, phase: "begin", agent: "" } : { event, phase: "deciding", agent };
  });
}

/** Whose own event it is: what an agent does, not what becomes of its part of the state. */
function ownAgent(event: Event): string | undefined {
  return event.event_type === "STATE" ? undefined : eventAgent(event);
}

/** Every agent ends its deciding with one of these. */
function isDecided(event: Event): boolean {
  return (
    event.event_type === "DECISION" ||
    (event.event_type === "SYSTEM" && UNDECIDED.some((type) => type === event.error_type))
  );
}

/** The order of phases, and of agents within one. */
export function byPlace(
  left: Pick<Placed, "phase" | "agent">,
  right: Pick<Placed, "phase" | "agent">,
): number {
  const apart = PHASES.indexOf(left.phase) - PHASES.indexOf(right.phase);
  return apart === 0 ? compareText(left.agent, right.agent) : apart;
}

/** `<turn>.<phase>.<agent>`: what the keys of events that keep their order begin with. */
export function placeText(turn: number, { phase, agent }: Pick<Placed, "phase" | "agent">): string {
  return `${turn}.${phase}.${agent}`;
}

function compareText(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}
