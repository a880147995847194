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
  if (parsed.success) {
    requireOrder(parsed.data, "turn_start", "turn_end");
    requireOrder(parsed.data, "start_timestamp", "end_timestamp");
    return parsed.data;
  }
  const [issue] = parsed.error.issues;
  const unknown = issue?.code === "unrecognized_keys" ? issue.keys[0] : undefined;
  const parameter = unknown ?? String(issue?.path[0] ?? "filter");
  throw invalidArgument(
    parameter,
    unknown === undefined ? (issue?.message ?? "not valid") : "there is no such criterion",
  );
}

/** @throws StoreError INVALID_ARGUMENT where a span ends before it begins: nothing can be in it */
export function requireOrder<Name extends string>(
  values: Readonly<Partial<Record<Name, unknown>>>,
  first: Name,
  last: Name,
): void {
  const [from, to] = [values[first], values[last]];
  if (from === undefined || to === undefined || !isBefore(to, from)) return;
  throw invalidArgument(last, `${String(to)} is before ${first}, ${String(from)}: nothing can be between`);
}

function isBefore(left: unknown, right: unknown): boolean {
  return typeof left === "number" && typeof right === "number" ? left < right : String(left) < String(right);
}

/** As `parseFilter`, of what has no pages. */
export function parseCriteria(input: EventCriteria): EventCriteria {
  for (const name of PAGING) if (name in input) throw invalidArgument(name, "there are no pages here");
  const { limit: _limit, offset: _offset, cursor: _cursor, ...criteria } = parseFilter(input);
  return criteria;
}
