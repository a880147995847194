import type { LeftOut } from "@llm-sim/events/run";
import { type Event, isEnginesDetail } from "@llm-sim/events/schema";
import { InterventionError } from "./intervention-error.ts";

type Named = Pick<LeftOut, "event_type" | "agent_id" | "name">;

/**
 * What is to be left out so that an event does not come up again.
 *
 * @param inTurn the events of its turn, in the order of the log
 * @throws InterventionError where it is none that can be left out
 */
export function leftOutOf(event: Event, inTurn: Iterable<Event>): LeftOut {
  const named = nameOf(event);
  if (typeof named === "string") throw new InterventionError(`${event.event_id} ${named}`);
  let number = 0;
  for (const other of inTurn) {
    if (other.event_id === event.event_id) break;
    const before = nameOf(other);
    if (
      typeof before !== "string" &&
      before.event_type === named.event_type &&
      before.agent_id === named.agent_id &&
      before.name === named.name
    )
      number++;
  }
  return { event_id: event.event_id, turn: event.turn_number, ...named, number };
}

const LEAVE = "a DECISION, an ACTION, the DETAIL of a rule and a phase can be left out";

/** What an event is found again by, or why it cannot be left out. */
function nameOf(event: Event): Named | string {
  switch (event.event_type) {
    case "DECISION":
      return { event_type: "DECISION", agent_id: event.agent_id };
    case "ACTION":
      return { event_type: "ACTION", agent_id: event.agent_id, name: event.action_type };
    case "DETAIL":
      if (isEnginesDetail(event.details) && event.details?.conditions === undefined)
        return { event_type: "DETAIL", name: event.calculation_type };
      return `is no rule's DETAIL, and nothing is done with it: ${LEAVE}`;
    case "MILESTONE":
      if (event.milestone_type === "phase_transition" && event.name !== undefined)
        return { event_type: "MILESTONE", name: event.name };
      return `is a ${event.milestone_type}: ${LEAVE}`;
    case "STATE": {
      const [writer] = event.caused_by ?? [];
      const instead = writer === undefined ? LEAVE : `leave out what wrote it, ${writer}`;
      return `is a STATE: ${instead}; or give the variable another value with --set`;
    }
    case "SYSTEM":
      return `is a SYSTEM event: ${LEAVE}`;
  }
}
