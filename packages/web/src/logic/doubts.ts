import { AS_RECORDED, type GapKind, isHole } from "@llm-sim/api";

/** Why what is shown may not be the whole truth: a gap that an answer names, or that this side did not fetch all of it. */
export interface Doubt {
  kind: GapKind | "not_fetched";
  message: string;
  /** Where it is seen. */
  event_id?: string | undefined;
}

/** A reason in one line, as the command line says it. */
export function doubtLine(doubt: Doubt): string {
  return isHole(doubt) ? doubt.message : `${AS_RECORDED}: ${doubt.message}`;
}

/** Events that were written, or counted, and are not there. */
const MISSING: readonly Doubt["kind"][] = ["loss", "segment", "missing", "dropped"];

/** The reasons under one heading; `undefined` where the answer is complete. */
export function missingTitle(doubts: readonly Doubt[]): string | undefined {
  if (doubts.some(({ kind }) => MISSING.includes(kind))) return "Events are missing";
  if (doubts.some(isHole)) return "Events may be missing";
  return doubts.length > 0 ? AS_RECORDED : undefined;
}
