import { isErrorNamed } from "../errors.ts";

export const NOTE_ERROR_CODES = [
  "NOTE_NOT_FOUND",
  "NOTE_INVALID",
  "NOTES_FULL",
  "NOTES_LOCKED",
  "NOTES_REFUSED",
] as const;
export type NoteErrorCode = (typeof NOTE_ERROR_CODES)[number];

/** A note that cannot be written. */
export class NoteError extends Error {
  override readonly name = "NoteError";
  readonly code: NoteErrorCode;

  constructor(code: NoteErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function isNoteError(error: unknown, code?: NoteErrorCode): error is NoteError {
  return isErrorNamed(error, "NoteError", code);
}
