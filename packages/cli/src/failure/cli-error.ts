type CliErrorCode = "WRONG_CALL" | "FAILED";

/** An error that is already one line for a person: what is wrong, where, and what to do. */
class CliError extends Error {
  override readonly name = "CliError";
  readonly code: CliErrorCode;

  constructor(code: CliErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** What was asked cannot be: exit code 2. */
export function wrongCall(message: string, cause?: unknown): CliError {
  return new CliError("WRONG_CALL", message, cause);
}

/** It was tried and did not succeed: exit code 1. */
export function failed(message: string, cause?: unknown): CliError {
  return new CliError("FAILED", message, cause);
}
