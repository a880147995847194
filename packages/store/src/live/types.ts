import type { EventCriteria } from "@llm-sim/api";
import type { ParsedCriteria } from "../query/index.ts";

export interface Subscription {
  filter?: EventCriteria;
  /** Begin behind this event; without it, at the run's first. */
  after?: string;
  /** Ends the iteration without an error. */
  signal?: AbortSignal;
}

export interface ParsedSubscription extends Omit<Subscription, "filter"> {
  filter: ParsedCriteria;
}

/** One event as it goes out. */
export interface StreamedEvent {
  event_id: string;
  /** JSON without a newline. */
  line: Uint8Array;
}
