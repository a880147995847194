import type { BatchSummary } from "@llm-sim/api";
import { batchRunId, type PlannedRun, plannedRuns, seedsText } from "@llm-sim/events/run";
import type { BatchRunFacts } from "./batch-run.ts";
import { settingsOf } from "./settings.ts";

/** What a list of batches shows of one. @param runs of it, at least one */
export function summaryOf(id: string, runs: readonly BatchRunFacts[]): BatchSummary {
  const statuses: Partial<Record<BatchRunFacts["status"], number>> = {};
  for (const { status } of runs) statuses[status] = (statuses[status] ?? 0) + 1;
  const starts = runs.flatMap(({ startTime }) => startTime ?? []).toSorted();
  const ends = runs.flatMap(({ endTime }) => endTime ?? []).toSorted();
  const [first] = starts;
  const last = statuses.running === undefined ? ends.at(-1) : undefined;
  const { name = id, config_hash: hash } = runs[0]?.batch ?? {};
  const asked = askedFor(id, runs);
  return {
    id,
    name,
    ...(hash !== undefined && { config_hash: hash }),
    ...(first !== undefined && { start_time: first }),
    ...(last !== undefined && { end_time: last }),
    runs: runs.length,
    ...(asked.size > 0 && { planned: asked.size }),
    statuses,
    seeds: seedsText(runs.flatMap(({ seed }) => seed ?? [])),
    settings: settingsOf(runs.map(({ batch }) => batch)),
  };
}

/** The runs that were asked for, by id: all that any run's plan had, and those that are there. Empty where none has a plan. */
export function askedFor(id: string, runs: readonly BatchRunFacts[]): Map<string, PlannedRun> {
  const asked = new Map<string, PlannedRun>();
  // Runs that were made together have the same plan.
  const plans = new Map(
    runs.flatMap(({ batch: { planned } }) => (planned ? [[JSON.stringify(planned), planned]] : [])),
  );
  if (plans.size === 0) return asked;
  for (const plan of plans.values())
    for (const run of plannedRuns(plan)) asked.set(batchRunId(id, run.seed, run.settings), run);
  for (const { id: runId, seed = 0, batch } of runs) asked.set(runId, { seed, settings: batch.settings });
  return asked;
}
