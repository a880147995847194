/** An engine put something into the state that a log cannot carry. */
export class StateError extends Error {
  readonly code = "STATE_INVALID";
  /** Where: `alice.inventory.gold`, or `inventory.gold` for the world's. */
  readonly variable: string;

  constructor(variable: string, problem: string) {
    super(`State ${variable || "(whole part)"} ${problem}`);
    this.name = "StateError";
    this.variable = variable;
  }
}

export function isStateError(error: unknown): error is StateError {
  return error instanceof StateError;
}
