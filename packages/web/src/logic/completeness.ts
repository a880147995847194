import type { Gap } from "./api/index.ts";

/** Whether something is missing; otherwise nothing is known to be, but nothing vouches for it either. */
export function isHole({ kind }: Gap): boolean {
  return kind !== "as_recorded";
}

/** A reason in one line, as the command line says it. */
export function gapLine(gap: Gap): string {
  return isHole(gap) ? gap.message : `As recorded: ${gap.message}`;
}

/** Events that were written, or counted, and are not there. */
const MISSING: readonly string[] = ["loss", "segment", "missing", "dropped"];

/** The reasons under one heading; `undefined` where the answer is complete. */
export function missingTitle(gaps: readonly Gap[]): string | undefined {
  if (gaps.some(({ kind }) => MISSING.includes(kind))) return "Events are missing";
  if (gaps.some(isHole)) return "Events may be missing";
  return gaps.length > 0 ? "As recorded" : undefined;
}
