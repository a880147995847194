import type { Step } from "@llm-sim/api";
import type { KnownAgents } from "@llm-sim/events/naming";
import { eventAgent, eventName } from "@llm-sim/events/words";
import { signed } from "../ledger/index.ts";
import type { Group } from "./group.ts";
import { type Role, sentenceOf } from "./sentence.ts";
import type { Cut } from "./walk.ts";

/** Steps that an answer tells of. */
export const MAX_STEPS = 200;

/** Whether an answer of so many groups says all, and if not, what it is that ended it. */
export function cutOf(truncated: Cut | false, groups: number): { truncated: boolean; truncated_by?: Cut } {
  const by = groups > MAX_STEPS ? "size" : truncated;
  return by === false ? { truncated: false } : { truncated: true, truncated_by: by };
}

export function stepOf(group: Group, agents: KnownAgents, role: Role): Step {
  const { event, step, sum } = group;
  const agent = eventAgent(event);
  return {
    sentence: sentenceOf(group, agents, role),
    event_id: event.event_id,
    event_type: event.event_type,
    depth: step.depth,
    ...(group.part === undefined ? {} : { part: group.part }),
    turn: event.turn_number,
    ...(agent === undefined ? {} : { agent_id: agent }),
    name: eventName(event),
    ...group.repetitions.result(),
    ...(event.event_type === "STATE" && sum !== undefined ? { amount: signed(sum) } : {}),
  };
}
