import { codeOf } from "../errors.ts";
/** What a `strict` stream throws where an event cannot be recorded as what it was meant to be. */
export class InvalidEventError extends Error {
  readonly code = "INVALID_EVENT";
  readonly eventType: string;

  constructor(eventType: string, reason: string) {
    super(`${eventType} event is not valid: ${reason}`);
    this.name = "InvalidEventError";
    this.eventType = eventType;
  }
}

export function isInvalidEventError(error: unknown): error is InvalidEventError {
  return codeOf(error) === "INVALID_EVENT";
}
