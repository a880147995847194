import type { RunDetails } from "@llm-sim/api";
import { type EventFilterInput, includesLevel, type VerbosityLevel } from "@llm-sim/events/schema";
import type { Soon } from "../explain/index.ts";
import type { Troubles } from "../overview/index.ts";
import { detailsOf, type FullRunSummary, MOST_TROUBLES, mayHaveAsked, saidAtEnd } from "../runs/index.ts";
import type { Run } from "./run.ts";

interface KnownOfRun {
  /** Holds what lies beside the run's log. */
  directory: string;
  summary: FullRunSummary;
  children: RunDetails["children"];
  /** Asked where no summary.json tells of them. */
  troubles: () => Soon<Troubles>;
}

/** Puts together what is known of a run, and asks it for the rest. */
export async function fullDetails(
  run: Pick<Run, "query" | "ask">,
  { directory, summary, children, troubles }: KnownOfRun,
): Promise<RunDetails> {
  const details = detailsOf(directory, summary, {
    children,
    end: await endOf(run),
    calls: summary.by_type.SYSTEM !== 0 && mayHaveAsked(directory) ? await callCount(run) : 0,
  });
  if (details.refusals !== undefined || !recordsRefusals(details.verbosity)) return details;
  const { refusals, failures } = await troubles();
  return {
    ...details,
    refusals: refusals.slice(0, MOST_TROUBLES),
    failures: failures.slice(0, MOST_TROUBLES),
  };
}

async function endOf(run: Pick<Run, "query">): Promise<Pick<RunDetails, "end_reason" | "end_event_id">> {
  const milestones: EventFilterInput = { event_types: ["MILESTONE"], limit: 1 };
  const { total } = await run.query(milestones);
  const [last] = (await run.query({ ...milestones, offset: Math.max(0, total - 1) })).events();
  return saidAtEnd(last);
}

async function callCount(run: Pick<Run, "ask">): Promise<number> {
  return (await run.ask((asked) => asked.callCount())).answer;
}

/** Whether the log has what agents were refused; one of another hand may. */
function recordsRefusals(verbosity: VerbosityLevel | undefined): boolean {
  return verbosity === undefined || includesLevel(verbosity, "ACTION");
}
