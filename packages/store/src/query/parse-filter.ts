import {
  type EventFilter,
  type EventFilterInput,
  eventCriteria,
  eventFilterSchema,
} from "@llm-sim/events/schema";
import { invalidArgument } from "../errors.ts";
import type { EventCriteria } from "./types.ts";

// Made once: building a schema costs more than a query.
const PAGING = Object.keys(eventFilterSchema.shape).filter((name) => !(name in eventCriteria));

/** Throws INVALID_ARGUMENT naming the parameter. */
export function parseFilter(input: EventFilterInput): EventFilter {
  const parsed = eventFilterSchema.safeParse(input);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const parameter = unknown ?? String(issue?.path[0] ?? "filter");
  throw invalidArgument(
    parameter,
    unknown === undefined ? (issue?.message ?? "not valid") : "there is no such criterion",
  );
}

/** As `parseFilter`, of what has no pages. */
export function parseCriteria(input: EventCriteria): EventCriteria {
  for (const name of PAGING) if (name in input) throw invalidArgument(name, "there are no pages here");
  const { limit: _limit, offset: _offset, cursor: _cursor, ...criteria } = parseFilter(input);
  return criteria;
}
