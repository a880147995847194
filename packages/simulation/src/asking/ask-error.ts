import { isErrorNamed } from "@llm-sim/events/errors";

/** A question that got no answer that fits. `message` is one line. */
export class AskError extends Error {
  /** The `error_type` of the last attempt (`truncated`, `schema_violation`, `http_error` …), or why there was none. */
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "AskError";
    this.code = code;
  }
}

export function isAskError(error: unknown, code?: string): error is AskError {
  return isErrorNamed(error, "AskError", code);
}
