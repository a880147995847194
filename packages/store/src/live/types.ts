import type { EventCriteria } from "@llm-sim/api";
import type { ParsedCriteria } from "../query/index.ts";

export interface Subscription {
  filter?: EventCriteria;
  /** Begin behind this event; without it, at the run's first. */
  after?: string;
  /** Ends the iteration without an error. */
  signal?: AbortSignal;
}

export interface ParsedSubscription extends Pick<Subscription, "after"> {
  filter: ParsedCriteria;
}

/** One event as it goes out. */
export interface StreamedEvent {
  event_id: string;
  /** JSON without a newline. */
  line: Uint8Array;
}

/** A place in the log's order, between two events; it is no more than that, whatever lies behind it. */
export interface Place {
  /** The next. */
  readonly row: number;
  /** Of the event before, by which the place is found again in an index made anew. */
  readonly lastId: string | undefined;
  /** The generation of the index in which the row has its meaning. */
  readonly generation: number;
}

/** Matching events, one behind the other. Who asks for the same ones is given the very same object, as long as it is kept at hand. */
export interface EventBatch {
  readonly from: Place;
  readonly to: Place;
  readonly events: readonly StreamedEvent[];
  /** Of their lines. */
  readonly bytes: number;
}

/** One reader's way along the log of a run: every matching event once, in order, as fast as it takes them. */
export interface EventCursor {
  /**
   * The next events, on the spot, at least one. `undefined` where there are none yet, or they are still being read: the cursor calls
   * back once when it pays to ask again. Throws what reading failed with.
   */
  take(): EventBatch | undefined;
  /** The run is over and all of it was taken. */
  readonly isOver: boolean;
  close(): void;
}
