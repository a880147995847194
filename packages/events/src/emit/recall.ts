import type { EventType } from "../schema/index.ts";
import type { IdBlock } from "./ulid.ts";

/** Where an event stands in a log that is played again. */
export interface RecordedPlace {
  readonly block: IdBlock;
  readonly counter: number;
  /** Microseconds since 1970. */
  readonly time: number;
}

/** What tells which event of a log one is that is being made. */
export interface RecalledKind {
  event_type: EventType;
  /** Whose it is; of a SYSTEM event, whom it concerns. */
  agentId: string | undefined;
  /** Of a SYSTEM event. */
  status: string | undefined;
}

/** A log that is played again: what is emitted takes the places of the events that are there. */
export interface Recall {
  /**
   * The place of the event that comes next; `undefined` where there is none. Asked once more for an event that was interrupted by
   * another one, emitted while its own fields were read.
   */
  next(kind: RecalledKind): RecordedPlace | undefined;
  /**
   * Is told what the event says that was asked for last.
   *
   * @param line newline included; only lent
   * @returns whether it is in the log; else it counts as suppressed, and its causes stand for it
   */
  said(line: Uint8Array): boolean;
}
