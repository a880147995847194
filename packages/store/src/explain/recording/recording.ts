import { readManifest } from "@llm-sim/events/run";
import { EVENT_TYPES, includesLevel, type VerbosityLevel } from "@llm-sim/events/schema";
import { isStoreError, StoreError } from "../../errors.ts";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";

const STATE = EVENT_TYPES.indexOf("STATE");

/** What a run was asked to record. */
export interface Recording {
  /** Absent where another hand wrote the run. */
  verbosity: VerbosityLevel | undefined;
}

export function recordingOf(directory: string): Recording {
  return { verbosity: readManifest(directory)?.verbosity };
}

/** @throws StoreError INVALID_ARGUMENT, reason STATE_NOT_RECORDED, where the question needs STATE events and the run has none */
export function requireState(view: RunView, { verbosity }: Recording, parameter: string): void {
  const isRecorded =
    verbosity === undefined
      ? view.index.rowsOf(NO_AGENT, STATE).length > 0
      : includesLevel(verbosity, "STATE");
  if (isRecorded) return;
  const how =
    verbosity === undefined ? "has no STATE events" : `was recorded at ${verbosity}, which holds no state`;
  throw new StoreError("INVALID_ARGUMENT", `Run ${view.id} ${how}: run it again with verbosity STATE.`, {
    parameter,
    reason: "STATE_NOT_RECORDED",
    verbosity: verbosity ?? null,
    needed_verbosity: "STATE",
  });
}

/** Whether a question failed because the run's verbosity is below STATE. */
export function isStateNotRecorded(error: unknown): error is StoreError {
  return isStoreError(error, "INVALID_ARGUMENT") && error.details.reason === "STATE_NOT_RECORDED";
}
