import { formatCount, plural } from "../format/index.ts";
import type { ShownRun } from "./shown-run.ts";

/** Reasons that are named at once; the rest is counted. */
const NAMED = 5;

export interface TriedPart {
  text: string;
  /** The commonest reasons, one a line. */
  reasons: string;
  /** Failures are trouble; refusals are ordinary play. */
  isTrouble: boolean;
}

/** What did not work of all that agents tried: `29 of 286 actions refused`. */
export function triedParts({ tried, refusals = [], failures = [] }: ShownRun): TriedPart[] {
  if (tried === undefined) return [];
  const parts: TriedPart[] = [];
  if (tried.failures > 0) {
    const all = plural(tried.decisions + tried.failures, "decision");
    const text = `${formatCount(tried.failures)} of ${all} failed`;
    parts.push({ text, reasons: reasonsOf(failures), isTrouble: true });
  }
  if (tried.refusals > 0) {
    const text = `${formatCount(tried.refusals)} of ${plural(tried.actions, "action")} refused`;
    parts.push({ text, reasons: reasonsOf(refusals), isTrouble: false });
  }
  return parts;
}

function reasonsOf(troubles: NonNullable<ShownRun["failures"]>): string {
  const lines = troubles.slice(0, NAMED).map(({ agent_id: agent, action_type: action, reason, count }) => {
    const who = [agent, action].filter((word) => word !== undefined).join(" ");
    return `${formatCount(count)} × ${who === "" ? "" : `${who}: `}${reason}`;
  });
  if (troubles.length > NAMED) lines.push(`and ${plural(troubles.length - NAMED, "more reason")}`);
  return lines.join("\n");
}
