import type { RunSummary } from "../api/index.ts";
import { plural } from "../format/index.ts";

/** What a reader must know before trusting what is shown of a run, in sentences. */
export function runWarnings(run: RunSummary): string[] {
  // Nothing else is known of it.
  if (run.unreadable !== undefined) return [`This run cannot be asked: ${run.unreadable}.`];
  const warnings: string[] = [];
  if (run.dropped > 0)
    warnings.push(
      `${plural(run.dropped, "event")} could not be written and ${run.dropped === 1 ? "is" : "are"} missing: the queue was full or the disk failed. The log says where, as a SYSTEM warning.`,
    );
  if ((run.skipped_lines ?? 0) > 0)
    warnings.push(
      `${plural(run.skipped_lines ?? 0, "line")} of the log ${run.skipped_lines === 1 ? "is" : "are"} no valid event and left out here. "llm-sim verify ${run.id}" lists them.`,
    );
  if (run.status === "interrupted") warnings.push(interruption(run));
  if (run.summary_problem !== undefined) warnings.push(`${run.summary_problem}.`);
  return warnings;
}

/** A run whose writer was told to end it says so; of one whose writer died nothing does. */
function interruption({ ended_by: endedBy, end_reason: reason }: RunSummary): string {
  if (endedBy === undefined)
    return "The writer ended without closing the run: up to the last 100 ms of events may be missing.";
  return `${reason ?? "The run was ended before its last turn"}.`;
}
