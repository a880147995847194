import { isErrorNamed } from "../errors.ts";

export const TAPE_ERROR_CODES = ["FORMAT_NEWER", "TAPE_UNREADABLE"] as const;
export type TapeErrorCode = (typeof TAPE_ERROR_CODES)[number];

/**
 * A tape could not be read at all. (A line that cannot be read is no error: it is skipped, counted and named.)
 *
 * - `FORMAT_NEWER`: it is of a format version that is not known here
 * - `TAPE_UNREADABLE`: the system refused to read it, or it is a link that leads elsewhere
 */
export class TapeError extends Error {
  override readonly name = "TapeError";
  readonly code: TapeErrorCode;
  readonly path: string;

  constructor(code: TapeErrorCode, path: string, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.path = path;
  }
}

/** Whether `error` is a `TapeError`, of this `code` where one is given. */
export function isTapeError(error: unknown, code?: TapeErrorCode): error is TapeError {
  return isErrorNamed(error, "TapeError", code);
}
