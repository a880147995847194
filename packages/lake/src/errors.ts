import { isErrorNamed } from "@llm-sim/events/errors";

/**
 * What can go wrong with a lake.
 *
 * - `LAKE_ADDRESS`: what was given is no address of one
 * - `LAKE_UNREACHABLE`: nobody answers there, or stopped answering
 * - `LAKE_REFUSED`: it answered that it will not do this
 * - `LAKE_STATEMENT`: what a person asked is no SELECT of its tables that it can answer
 * - `LAKE_TABLES`: its tables are of another version, or not whole
 * - `LAKE_FULL`: it has no room left, on its disk or in its memory
 */
export const LAKE_ERROR_CODES = [
  "LAKE_ADDRESS",
  "LAKE_UNREACHABLE",
  "LAKE_REFUSED",
  "LAKE_STATEMENT",
  "LAKE_TABLES",
  "LAKE_FULL",
] as const;
export type LakeErrorCode = (typeof LAKE_ERROR_CODES)[number];

/** Its message is one line without a secret in it. */
export class LakeError extends Error {
  override readonly name = "LakeError";
  readonly code: LakeErrorCode;

  constructor(code: LakeErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Whether `error` is a `LakeError`, of this `code` where one is given. */
export function isLakeError(error: unknown, code?: LakeErrorCode): error is LakeError {
  return isErrorNamed(error, "LakeError", code);
}
