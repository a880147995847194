import { endingOf } from "../overview/index.ts";
import type { ShownRun } from "./shown-run.ts";

/** What is written at the end where nobody gave a reason: no more than the status tells. */
const BARE = /^(simulation )?(ended|completed|failed)\.?$/i;

/** Why a run ended, in a sentence; `undefined` of one that goes on, or that simply played its turns. */
export function whyEnded(run: ShownRun): string | undefined {
  const { status, ended_by: by, unreadable } = run;
  // That an interrupted one was closed at all, it tells.
  const saysNothing = status !== "interrupted" && run.end_reason !== undefined && BARE.test(run.end_reason);
  const reason = saysNothing ? undefined : run.end_reason;
  if (status === "running" || by === "turns" || unreadable !== undefined) return undefined;
  // A run that was recorded by code of its own says how it was closed, if at all.
  if (status === "completed" && by === undefined && reason === undefined) return undefined;
  return endingOf({ ...run, end_reason: reason });
}
