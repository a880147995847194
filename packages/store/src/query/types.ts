import type { Event, EventFilterInput, EventType } from "@llm-sim/events/schema";
import type { ParsedCriteria } from "./parse-filter.ts";

/** Which events, without paging. */
export type EventCriteria = Omit<EventFilterInput, "limit" | "offset" | "cursor">;

export interface EventPage {
  /** One event each, as JSON without a newline, in order of (timestamp, place in the log); ready to be sent. */
  lines: Buffer[];
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

/** An event on the way to or from another; `depth` counts the steps between, the shortest way. */
export interface CausalityOptions {
  /** Beginnings and ends of turns are among the answer, too, last of what is equally near. */
  turnMarkers?: boolean | undefined;
}

export interface CausalityEntry {
  event: Event;
  depth: number;
}

/** An event that is named as a cause, but is not in the log. */
export interface MissingCause {
  event_id: string;
  referenced_by: string;
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

export const TIMELINE_SCALES = ["turn", "time"] as const;
export type TimelineScale = (typeof TIMELINE_SCALES)[number];

export interface TimelineQuery extends EventCriteria {
  /** 1–1000, default 100; there are fewer where there are fewer turns. */
  buckets?: number;
  by?: TimelineScale;
}

export type ParsedTimelineQuery = ParsedCriteria & {
  buckets?: number | undefined;
  by?: TimelineScale | undefined;
};

export interface TimelineBucket {
  /** Inclusive: a turn, or a timestamp as in the log. */
  from: number | string;
  /** Inclusive. */
  to: number | string;
  total: number;
  by_type: Partial<Record<EventType, number>>;
  /** By the event's own agent; only those with events here. */
  by_agent: Record<string, number>;
}

export interface Timeline {
  by: TimelineScale;
  total: number;
  buckets: TimelineBucket[];
  /** Agents beyond the 1,000 busiest have no counts of their own. */
  agents_omitted: number;
  /** As of an {@link EventPage}; absent where there are none. */
  hints?: string[];
}
