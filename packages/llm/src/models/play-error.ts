import { isErrorNamed } from "@llm-sim/events/errors";

export const PLAY_ERROR_CODES = ["TAPE_MISSING", "TAPE_WITHOUT_TEXTS", "NOT_A_TAPE"] as const;
export type PlayErrorCode = (typeof PLAY_ERROR_CODES)[number];

/**
 * A tape cannot be played from. `message` is one line that says what to do.
 *
 * - `TAPE_MISSING`: there is none
 * - `TAPE_WITHOUT_TEXTS`: it keeps no answers (mode `hash`)
 * - `NOT_A_TAPE`: the file is something else
 */
export class PlayError extends Error {
  override readonly name = "PlayError";
  readonly code: PlayErrorCode;
  readonly path: string;

  constructor(code: PlayErrorCode, path: string, message: string) {
    super(message);
    this.code = code;
    this.path = path;
  }
}

/** Whether `error` is a `PlayError`, of this `code` where one is given. */
export function isPlayError(error: unknown, code?: PlayErrorCode): error is PlayError {
  return isErrorNamed(error, "PlayError", code);
}
