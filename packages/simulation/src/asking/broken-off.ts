import { isErrorNamed } from "@llm-sim/events/errors";
import type { BreakOff } from "@llm-sim/events/tape/schema";

const WHY: Record<BreakOff, string> = {
  budget: "the budget is spent",
  decide_timeout: "the decision took too long",
  signal: "the run is interrupted",
  unawaited: "what asked is over, and nobody waits for the answer",
};

/** Why a question is asked no more: the reason of a call's signal. */
export class BrokenOff extends Error {
  readonly code: BreakOff;

  constructor(by: BreakOff) {
    super(`The question was broken off: ${WHY[by]}`);
    this.name = "BrokenOff";
    this.code = by;
  }
}

export function isBrokenOff(error: unknown): error is BrokenOff {
  return isErrorNamed(error, "BrokenOff");
}
