import { LOSS_TYPES } from "@llm-sim/events/read";
import { UNTRACKED_MEMORY } from "@llm-sim/events/run";

/** The error type of an event that stands where one would that was not valid. */
export const INVALID_EVENT = "invalid_event";

const MARKS = [...LOSS_TYPES, INVALID_EVENT, UNTRACKED_MEMORY].map((type) => Buffer.from(`"${type}"`));

/** Whether the line of a SYSTEM event may say that something is missing from the log: nearly all of them do not, and need not be read for it. */
export function mayTellLoss(line: Buffer): boolean {
  return MARKS.some((mark) => line.includes(mark));
}
