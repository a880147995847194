import { isErrorNamed } from "@llm-sim/events/errors";
export type RunErrorCode =
  | "RUN_ID_INVALID"
  | "RUN_EXISTS"
  | "OUTPUT_UNWRITABLE"
  | "SETUP_FAILED"
  | "ENGINE_FAILED"
  | "CHECKPOINT_INVALID"
  | "NOT_PLAYABLE"
  | "NOT_RESUMABLE"
  | "CODE_NOT_FOUND";

/** A run could not begin, or did not come to its end. The message is one line: what, where, what to do. */
export class RunError extends Error {
  readonly code: RunErrorCode;
  readonly details: {
    simulation_id?: string;
    turn?: number;
    directory?: string | undefined;
  };

  constructor(
    code: RunErrorCode,
    message: string,
    details: RunError["details"] = {},
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = "RunError";
    this.code = code;
    this.details = details;
  }
}

export function isRunError(error: unknown): error is RunError {
  return isErrorNamed(error, "RunError");
}

/** What went wrong, in one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.replaceAll(/\s*\n\s*/g, " ");
}
