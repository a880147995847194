import { type Gap, isHole } from "@llm-sim/api";
import { doubtLine, missingTitle } from "../doubts.ts";
import { plural } from "../format/index.ts";
import type { ShownRun } from "./shown-run.ts";

/** What a reader must know before trusting what is shown of a run, in sentences. */
export function runWarnings(run: ShownRun): string[] {
  return summaryWarnings(run, []);
}

/** What is told beside a run's name: a heading, and the sentences behind it. */
export interface RunNotice {
  title: string | undefined;
  warnings: string[];
  /** Nothing is known to be wrong. */
  isQuiet: boolean;
}

/** The same where the run's own gaps are known, which say more than its summary. */
export function runNotice(run: ShownRun, gaps: readonly Gap[]): RunNotice {
  const others = summaryWarnings(run, gaps);
  // Of lines that are no events the summary says what to do.
  const shown = gaps.filter(({ kind }) => kind !== "unreadable" || (run.skipped_lines ?? 0) === 0);
  const isQuiet = others.length === 0 && !gaps.some(isHole);
  return {
    title: isQuiet || gaps.some(isHole) ? missingTitle(gaps) : undefined,
    // What is known to be wrong comes first.
    warnings: isQuiet
      ? shown.map(({ message }) => message)
      : [...shown.filter(isHole), ...others, ...shown.filter((gap) => !isHole(gap))].map((one) =>
          typeof one === "string" ? one : doubtLine(one),
        ),
    isQuiet,
  };
}

/** Without what the gaps already say. */
function summaryWarnings(run: ShownRun, gaps: readonly Gap[]): string[] {
  // Nothing else is known of it.
  if (run.unreadable !== undefined) return [`This run cannot be asked: ${run.unreadable}.`];
  const isSaid = (...kinds: string[]) => gaps.some(({ kind }) => kinds.includes(kind));
  const warnings: string[] = [];
  if (run.dropped > 0 && !isSaid("loss", "dropped"))
    warnings.push(
      `${plural(run.dropped, "event")} could not be written and ${run.dropped === 1 ? "is" : "are"} missing: the queue was full or the disk failed. The log says where, as a SYSTEM warning.`,
    );
  if ((run.skipped_lines ?? 0) > 0)
    warnings.push(
      `${plural(run.skipped_lines ?? 0, "line")} of the log ${run.skipped_lines === 1 ? "is" : "are"} no valid event and left out here. "llm-sim verify ${run.id}" lists them.`,
    );
  // One that says why it ended was closed: nothing of it is lost.
  const isClosed = run.ended_by !== undefined || run.end_event_id !== undefined;
  if (run.status === "interrupted" && !isClosed && !isSaid("unfinished"))
    warnings.push(
      "The writer ended without closing the run: up to the last 100 ms of events may be missing.",
    );
  if (run.summary_problem !== undefined) warnings.push(`${run.summary_problem}.`);
  return warnings;
}
