import { endingOf } from "../overview/index.ts";
import type { ShownRun } from "./shown-run.ts";

/** Why a run ended, in a sentence; `undefined` of one that goes on, or that simply played its turns. */
export function whyEnded(run: ShownRun): string | undefined {
  const { status, ended_by: by, unreadable } = run;
  // What the writer says where nobody gave a reason tells no more than the status; that it was closed at all, it tells.
  const reason =
    status !== "interrupted" && run.end_reason?.toLowerCase() === `simulation ${status}`
      ? undefined
      : run.end_reason;
  if (status === "running" || by === "turns" || unreadable !== undefined) return undefined;
  // A run that was recorded by code of its own says how it was closed, if at all.
  if (status === "completed" && by === undefined && reason === undefined) return undefined;
  return endingOf({ ...run, end_reason: reason });
}
