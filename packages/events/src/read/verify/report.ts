import { MANIFEST_FILE } from "../../run/index.ts";
import type { Dialect, JsonObject, LossKind, VerifyResult, VerifyRule } from "../../schema/index.ts";
import type { Place } from "../segment/index.ts";

/** `file` may be `run.json` or `segments.jsonl`, of which no line is meant: `line` and `offset` are 0 there. */
export interface Violation extends Place {
  rule: VerifyRule;
  message: string;
}

/**
 * Events that are known to be missing. `event_id` is the SYSTEM warning that says so; without it, the log does not say so
 * itself (its writer was killed, or could not write any more).
 */
export interface RecordedLoss extends Place {
  event_id?: string;
  error_type: LossKind;
  /** The warning's own: for `events_dropped` how many, of which kinds, and from when to when. */
  details?: JsonObject;
  message: string;
}

export interface VerifyReport {
  simulation_id: string;
  result: VerifyResult;
  /** Whose hand wrote the first event. */
  dialect: Dialect;
  /** Without it another hand's, of which schema, unique ids and existing causes are asked only. */
  has_manifest: boolean;
  /** Events that were read: lines that are none are violations. */
  events: number;
  /** Lines whose event stands further up already, each a violation of `id-unique`. */
  repeated_lines: number;
  /** A live process writes the run: what is there so far was verified, without the rules about a run's end. */
  being_written: boolean;
  /** The first ones that were found. */
  violations: Violation[];
  /** All of them. */
  violation_count: number;
  losses: RecordedLoss[];
  /** Rules that could not be held throughout, on account of the losses, or of lines in another order than their times. */
  unproven: VerifyRule[];
}

/** Where a check says what it found. */
export type ReportViolation = (rule: VerifyRule, place: Place, message: string) => void;

/** Of what run.json says. */
export const MANIFEST_PLACE: Readonly<Place> = { file: MANIFEST_FILE, line: 0, offset: 0 };
