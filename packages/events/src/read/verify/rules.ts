import type { VerifyRule } from "../../schema/index.ts";

/**
 * What events that are missing make unprovable. `state-continuity` and `state-change`: for each variable, until its next
 * value is seen. `state-hash`: until a recorded hash agrees with the folded state again. `turns` and `run-end`: until
 * the next turn_start or turn_end. A cause that is missing is never excused: the effects of a lost event carry its causes.
 */
export const UNPROVEN_BY_LOSS = [
  "state-continuity",
  "state-change",
  "state-hash",
  "turns",
  "run-end",
] as const satisfies readonly VerifyRule[];

/** After a crash, what was emitted and not written can no longer be known. */
export const UNPROVEN_BY_CRASH = [...UNPROVEN_BY_LOSS, "counts"] as const satisfies readonly VerifyRule[];

export function isUnprovenByLoss(rule: VerifyRule): boolean {
  return UNPROVEN_BY_LOSS.some((other) => other === rule);
}
