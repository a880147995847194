import type { CallsQuery } from "@llm-sim/api";
import { OUTCOMES } from "@llm-sim/events/tape/schema";
import type { ViewFilter } from "../view/index.ts";

export type CallsCriteria = Pick<CallsQuery, "agent_ids" | "turn_start" | "turn_end" | "status" | "outcome">;

const STATUSES = ["success", "retry", "failure"] as const;

/** What the list of calls can be narrowed to, besides agents and turns: how it is said, and what it is called. */
export const OUTCOME_CHOICES: readonly { value: string; label: string }[] = [
  { value: "success", label: "answered" },
  { value: "retry", label: "in vain, asked again" },
  { value: "failure", label: "in vain, given up" },
  ...OUTCOMES.filter((outcome) => outcome !== "response").map((outcome) => ({
    value: outcome,
    label: outcome.replaceAll("_", " "),
  })),
];

/**
 * The page's filter for calls: those of the agents that it names, either way, and in its turns. What else it says is of events alone.
 *
 * @param outcome a status or an outcome; what is neither narrows nothing
 */
export function callsCriteria(
  { agents, involving, turns }: ViewFilter,
  outcome: string | undefined,
): CallsCriteria {
  const asked = [...new Set([...agents, ...involving])];
  const status = STATUSES.find((one) => one === outcome);
  const kind = OUTCOMES.find((one) => one === outcome);
  return {
    ...(asked.length > 0 && { agent_ids: asked }),
    ...(turns.from !== undefined && { turn_start: turns.from }),
    ...(turns.to !== undefined && { turn_end: turns.to }),
    ...(status && { status: [status] }),
    ...(kind && { outcome: [kind] }),
  };
}

/** Whether the page's filter says more than calls can be narrowed by. */
export function leavesCallsOut({ kinds, time, text }: ViewFilter): boolean {
  return kinds.length > 0 || time.from !== undefined || time.to !== undefined || text !== "";
}
