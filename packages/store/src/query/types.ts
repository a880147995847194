import type { MissingCause, TimelineAnswer, TimelineScale } from "@llm-sim/api";
import type { Event } from "@llm-sim/events/schema";
import type { ParsedCriteria } from "./parse-filter.ts";

export interface EventPage {
  /** One event each, as JSON without a newline, in order of (timestamp, place in the log); ready to be sent. */
  lines: Uint8Array[];
  /** How many events match, on all pages. */
  total: number;
  has_more: boolean;
  /** Where the next page begins; absent on the last. It stays good while the run grows. */
  next_cursor?: string;
  /** Why nothing may match, a line each: an agent or event that the filter names is not in the log, or not yet; absent where there are none. */
  hints?: string[];
  /** The lines, parsed. */
  events(): Event[];
}

export interface CausalityOptions {
  /** Beginnings and ends of turns are among the answer, too, last of what is equally near. */
  turnMarkers?: boolean | undefined;
}

/** An event on the way to or from another; `depth` counts the steps between, the shortest way. */
export interface CausalityEntry {
  event: Event;
  depth: number;
}

export interface Causality {
  event_id: string;
  event: Event;
  /** What led to it, breadth first, each event once. */
  upstream: CausalityEntry[];
  /** What it led to, breadth first, each event once. */
  downstream: CausalityEntry[];
  missing: MissingCause[];
  /** There is more than `depth` or 10,000 entries let through. */
  truncated: boolean;
}

export type ParsedTimelineQuery = ParsedCriteria & {
  buckets?: number | undefined;
  by?: TimelineScale | undefined;
};

/** What is counted of the matching events. */
export type Timeline = Pick<TimelineAnswer, "by" | "total" | "buckets" | "agents_omitted">;
