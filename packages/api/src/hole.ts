import type { GapKind } from "./gap.ts";

/** Whether something is missing; otherwise nothing is known to be, but nothing vouches for it either. */
export function isHole({ kind }: { kind: string }): boolean {
  return kind !== ("as_recorded" satisfies GapKind);
}

/** What stands before the message of a gap that is no hole. */
export const AS_RECORDED = "As recorded";
