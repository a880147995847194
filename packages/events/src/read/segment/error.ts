import { codeOf, isErrorNamed } from "../../errors.ts";
export const RUN_READ_ERROR_CODES = [
  "NOT_A_RUN",
  "FORMAT_NEWER",
  "SEGMENT_GONE",
  "SEGMENT_UNREADABLE",
] as const;
export type RunReadErrorCode = (typeof RUN_READ_ERROR_CODES)[number];

/**
 * A run, or a segment of it, could not be read at all. (A line that is no event is no error: readers skip it and say so.)
 *
 * - `NOT_A_RUN`: there is no such directory, or it holds neither `run.json` nor a segment
 * - `FORMAT_NEWER`: its run.json is of a format version that is not known here
 * - `SEGMENT_GONE`: the file was renamed or replaced since it was listed; list again
 * - `SEGMENT_UNREADABLE`: the system refused to read it
 */
export class RunReadError extends Error {
  override readonly name = "RunReadError";
  readonly code: RunReadErrorCode;
  readonly path: string;

  constructor(code: RunReadErrorCode, path: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.path = path;
  }
}

/** Whether `error` is a `RunReadError`, of this `code` where one is given. */
export function isRunReadError(error: unknown, code?: RunReadErrorCode): error is RunReadError {
  return isErrorNamed(error, "RunReadError", code);
}

/** A system error's `code` (`ENOENT`), where it is one. */
export function systemCode(error: unknown): string | undefined {
  return codeOf(error);
}
