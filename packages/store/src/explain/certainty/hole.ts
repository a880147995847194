import type { Gap } from "@llm-sim/api";
import type { EventType } from "@llm-sim/events/schema";
import type { RunView } from "../../reader/index.ts";
import type { Recording } from "../recording/index.ts";

/** A run as its log and its `run.json` show it. */
export interface KnownRun {
  view: RunView;
  recording: Recording;
}

/** A place, or a stretch, at which events are known or feared to be missing. */
export interface Hole {
  gap: Gap;
  /** At least so many events stand before what is missing, and at most so many. */
  from: number;
  to: number;
  /** Whether an event of this kind may be among what is missing. */
  concerns(kind: EventType): boolean;
}

export function anyKind(): boolean {
  return true;
}

/** Turns that may be concerned; the last is infinite behind a log's end. */
export type Turns = readonly [first: number, last: number];

/** Of a gap; the last is left out where nobody knows it. */
export function turnRange([first, last]: Turns): Pick<Gap, "turn_start" | "turn_end"> {
  return { turn_start: first, ...(Number.isFinite(last) ? { turn_end: last } : {}) };
}

/** `turn 3`, `turns 3 to 5`, `turn 3 or later`. */
export function turnsText([first, last]: Turns): string {
  if (!Number.isFinite(last)) return `turn ${first} or later`;
  return first === last ? `turn ${last}` : `turns ${first} to ${last}`;
}
