import { codeOf } from "@llm-sim/events/errors";
/** An engine put something into the state that a log cannot carry. */
export class StateError extends Error {
  readonly code = "STATE_INVALID";
  /** Where: `alice.inventory.gold`, or `inventory.gold` for the world's. */
  readonly variable: string;
  /** The same for programs, where it is a variable: whose, and its name. */
  readonly place: { agentId: string | undefined; name: string } | undefined;

  constructor(variable: string, problem: string, place?: StateError["place"]) {
    super(`State ${variable || "(whole part)"} ${problem}`);
    this.name = "StateError";
    this.variable = variable;
    this.place = place;
  }
}

export function isStateError(error: unknown): error is StateError {
  return codeOf(error) === "STATE_INVALID";
}
