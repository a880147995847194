import type { BatchSummary } from "@llm-sim/api";
import { batchRunId, type PlannedRun, plannedRuns, seedsText, shardOfPlace } from "@llm-sim/events/run";
import type { BatchRunHead } from "./batch-run.ts";
import { settingsOf } from "./settings.ts";

/** What a list of batches shows of one. @param runs of it, at least one */
export function summaryOf(id: string, runs: readonly BatchRunHead[]): BatchSummary {
  const statuses: Partial<Record<BatchRunHead["status"], number>> = {};
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

/** A run that was asked for, and which of the batch's shards makes it, where it has any. */
export interface AskedRun extends PlannedRun {
  shard?: number;
}

/** The runs that were asked for, by id: all that any run's plan had, and those that are there. Empty where none has a plan. */
export function askedFor(id: string, runs: readonly BatchRunHead[]): Map<string, AskedRun> {
  const asked = new Map<string, AskedRun>();
  // Runs that were made together have the same plan; where it was extended, the shards are those of the last.
  const oldestFirst = runs.toSorted((a, b) => ((a.startTime ?? "") < (b.startTime ?? "") ? -1 : 1));
  const plans = new Map(
    oldestFirst.flatMap(({ batch: { planned } }) => (planned ? [[JSON.stringify(planned), planned]] : [])),
  );
  if (plans.size === 0) return asked;
  const shards = shardsOf(runs);
  for (const plan of plans.values()) {
    let place = 0;
    for (const run of plannedRuns(plan)) {
      const shard = shards === undefined ? {} : { shard: shardOfPlace(place, shards) };
      asked.set(batchRunId(id, run.seed, run.settings), { ...run, ...shard });
      place++;
    }
  }
  for (const { id: runId, seed = 0, batch } of runs)
    if (!asked.has(runId)) asked.set(runId, { seed, settings: batch.settings });
  return asked;
}

/** Into how many shards a batch was divided last; `undefined` where it never was. */
export function shardsOf(runs: readonly BatchRunHead[]): number | undefined {
  let last: BatchRunHead | undefined;
  for (const run of runs)
    if (run.batch.shards !== undefined && (run.startTime ?? "") >= (last?.startTime ?? "")) last = run;
  return last?.batch.shards;
}
