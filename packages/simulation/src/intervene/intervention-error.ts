import { isErrorNamed } from "@llm-sim/events/errors";

/** What is to be made otherwise cannot be: the message is one line that says what, where and what to do. */
export class InterventionError extends Error {
  readonly code = "INTERVENTION_REFUSED";

  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "InterventionError";
  }
}

export function isInterventionError(error: unknown): error is InterventionError {
  return isErrorNamed(error, "InterventionError");
}
