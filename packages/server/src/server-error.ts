import { isErrorNamed } from "@llm-sim/events/errors";
/** Why a server does not start. */
export const SERVER_ERROR_CODES = [
  "TOKEN_REQUIRED",
  "INVALID_OPTION",
  "ADDRESS_IN_USE",
  "ADDRESS_UNAVAILABLE",
] as const;
export type ServerErrorCode = (typeof SERVER_ERROR_CODES)[number];

export class ServerError extends Error {
  override readonly name = "ServerError";
  readonly code: ServerErrorCode;
  /** `{option}` of the first two, `{host, port}` of the others. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: ServerErrorCode,
    message: string,
    details: Readonly<Record<string, unknown>>,
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.details = details;
  }
}

/** Whether `error` says that a server did not start, and, where `code` is given, for that reason. */
export function isServerError(error: unknown, code?: ServerErrorCode): error is ServerError {
  return isErrorNamed(error, "ServerError", code);
}
