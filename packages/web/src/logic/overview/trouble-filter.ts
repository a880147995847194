import type { RunDetails } from "@llm-sim/api";
import { withoutAtEnd } from "@llm-sim/events/words";
import { EMPTY_FILTER, type ViewFilter } from "../view/index.ts";

export type Trouble = NonNullable<RunDetails["refusals"]>[number];

/** Stands in a reason for numbers that differ from one time to the next. */
const LEFT_OUT = "…";

/** The events that tell of it: SYSTEM events of the agent, with as much of the reason as all of them have. */
export function troubleFilter({ agent_id, reason, error_type }: Trouble): ViewFilter {
  const longest = reason
    .split(LEFT_OUT)
    .map((piece) => piece.trim())
    .reduce((one, other) => (other.length > one.length ? other : one), "");
  return {
    ...EMPTY_FILTER,
    kinds: ["SYSTEM"],
    involving: agent_id === undefined ? [] : [agent_id],
    // The rest of many kinds has no reason of its own.
    text: error_type === "others" ? "" : withoutAtEnd(longest, ".:,;"),
  };
}
