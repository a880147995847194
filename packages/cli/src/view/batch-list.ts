import type { BatchSummary, RunSummary } from "@llm-sim/api";
import { type Column, counted, formatCount, type Paint, plainText } from "../terminal/index.ts";
import { statusesText } from "./batch-text.ts";
import { type ListedRun, startedAgo } from "./run-list.ts";

/** The columns of a list of batches; `now` is in milliseconds. */
export function batchColumns(now: number, paint: Paint): Column<BatchSummary>[] {
  return [
    { title: "BATCH", cell: ({ id }) => plainText(id), isFlexible: true, paint: (text) => paint.bold(text) },
    {
      title: "RUNS",
      cell: ({ runs, planned = runs }) =>
        planned > runs ? `${formatCount(runs)} of ${formatCount(planned)}` : formatCount(runs),
      align: "right",
    },
    { title: "STATUS", cell: ({ statuses }) => statusesText(statuses), maxWidth: 40 },
    {
      title: "STARTED",
      cell: (batch) => startedAgo(batch, now),
      paint: (text) => paint.dim(text),
      expendable: 1,
    },
    { title: "SEEDS", cell: ({ seeds }) => plainText(seeds), expendable: 2 },
    {
      title: "SETTINGS",
      cell: ({ settings }) =>
        plainText(settings.map(({ path, values }) => `${path} (${values.length})`).join(", ")),
      expendable: 3,
      maxWidth: 60,
    },
  ];
}

/** The runs of each batch in one row, where the newest of them would stand; a run that is its batch's only one stands for itself. */
export function foldBatches(runs: readonly RunSummary[]): ListedRun[] {
  const byBatch = new Map<string, RunSummary[]>();
  for (const run of runs) {
    if (run.batch === undefined) continue;
    const own = byBatch.get(run.batch.id) ?? [];
    own.push(run);
    byBatch.set(run.batch.id, own);
  }
  return runs.flatMap((run): ListedRun[] => {
    const own = run.batch === undefined ? [] : (byBatch.get(run.batch.id) ?? []);
    if (own.length < 2) return [run];
    return own[0] === run ? [folded(run, own)] : [];
  });
}

function folded(newest: RunSummary, runs: readonly RunSummary[]): ListedRun {
  const sum = (of: (run: RunSummary) => number) => runs.reduce((total, run) => total + of(run), 0);
  const statuses: BatchSummary["statuses"] = {};
  for (const { status } of runs) statuses[status] = (statuses[status] ?? 0) + 1;
  const tried = (of: "decisions" | "failures" | "actions" | "refusals") => sum((run) => run.tried?.[of] ?? 0);
  const { parent: _, ...first } = newest;
  return {
    ...first,
    id: newest.batch?.id ?? "",
    batched: `${counted(runs.length, "run")}: ${statusesText(statuses)}`,
    status: (["running", "failed", "interrupted"] as const).find((one) => statuses[one]) ?? "completed",
    turns: Math.max(...runs.map(({ turns }) => turns)),
    event_count: sum(({ event_count }) => event_count),
    dropped: sum(({ dropped }) => dropped),
    bytes: sum(({ bytes }) => bytes),
    tried: {
      decisions: tried("decisions"),
      failures: tried("failures"),
      actions: tried("actions"),
      refusals: tried("refusals"),
    },
  };
}
