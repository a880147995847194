import type { RunDetails } from "@llm-sim/api";
import type { EndedBy } from "@llm-sim/events/schema";
import { formatCount } from "../format/index.ts";

type Ended = Pick<RunDetails, "status" | "turns" | "ended_by" | "end_reason">;

/** Where nobody gave a reason. */
const BY: Readonly<Record<Exclude<EndedBy, "turns">, string>> = {
  engine: "Its engine stopped it",
  condition: "A condition that it was watched for became true",
  budget: "Its budget was spent",
  signal: "It was interrupted",
  error: "It failed",
};

/** Why a run ended, or how far it is, in one sentence. */
export function endingOf({ status, turns, ended_by: by, end_reason: reason }: Ended): string {
  const at = `turn ${formatCount(turns)}`;
  if (status === "running") return `It is in ${at} so far.`;
  // What a run says at its end where nothing else has to be said.
  if (by === "turns") return `It ran to its last turn, ${formatCount(turns)}.`;
  if (reason !== undefined) return sentence(reason);
  if (by !== undefined) return `${BY[by]}, in ${at}.`;
  if (status === "interrupted")
    return `Its writer ended without closing the run, in ${at}: how it was to end is not known.`;
  return status === "failed" ? `It failed in ${at}; nothing says why.` : `It ended with ${at}.`;
}

function sentence(reason: string): string {
  const text = reason.trim();
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
