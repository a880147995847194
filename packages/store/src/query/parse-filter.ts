import type { EventCriteria } from "@llm-sim/api";
import { type EventFilterInput, eventCriteria, eventFilterSchema } from "@llm-sim/events/schema";
import { invalidArgument } from "../errors.ts";
import { type Parsed, type ParsedMark, parse } from "../parsed.ts";

// Made once: building a schema costs more than a query.
const PAGING = Object.keys(eventFilterSchema.shape).filter((name) => !(name in eventCriteria));

export type ParsedFilter = Parsed<typeof eventFilterSchema>;
export type ParsedCriteria = Omit<Parsed<typeof eventFilterSchema>, "limit" | "offset" | "cursor"> &
  ParsedMark;

/** Throws INVALID_ARGUMENT naming the parameter. */
export function parseFilter(input: EventFilterInput): ParsedFilter {
  return parse(eventFilterSchema, input, { whole: "filter", part: "criterion" });
}

/** As `parseFilter`, of what has no pages. */
export function parseCriteria(input: EventCriteria): ParsedCriteria {
  for (const name of PAGING) if (name in input) throw invalidArgument(name, "there are no pages here");
  return withoutPages(parseFilter(input));
}

export function withoutPages(filter: ParsedFilter): ParsedCriteria {
  const { limit: _limit, offset: _offset, cursor: _cursor, ...criteria } = filter;
  return criteria;
}

/** @throws StoreError INVALID_ARGUMENT where the turns or the times that are asked for end before they begin */
export function requireSpans(criteria: EventCriteria): void {
  requireOrder(criteria, "turn_start", "turn_end");
  requireOrder(criteria, "start_timestamp", "end_timestamp");
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
