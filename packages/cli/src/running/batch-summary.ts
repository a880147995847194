import { join } from "node:path";
import {
  counted,
  formatBytes,
  formatCount,
  formatDuration,
  type Paint,
  plainText,
} from "../terminal/index.ts";
import type { BatchStatus } from "./batch.ts";
import { endValues } from "./end-values.ts";
import type { JobOutcome } from "./job.ts";
import { NextCommands } from "./next-commands.ts";
import { lossText, troubleCounts } from "./run-summary.ts";
import type { BatchShard } from "./shard-of-batch.ts";

export interface FinishedJob {
  id: string;
  label: string;
  outcome: JobOutcome;
}

export interface BatchResult {
  batch: string;
  status: BatchStatus;
  /** Runs that were asked for. */
  planned: number;
  /** Runs of the batch, where a shard of it was asked for. */
  total: number;
  shard: BatchShard | undefined;
  finished: readonly FinishedJob[];
  /** Milliseconds. */
  duration: number;
}

/** Whether it was no person that ended the run early, but an error in it. */
export function brokeDown(outcome: JobOutcome): boolean {
  return "summary" in outcome ? outcome.summary.ended_by === "error" : outcome.status === "failed";
}

/** Whether it was there, and nothing had to be done: many such runs are told of together. */
export function isWholeAlready(outcome: JobOutcome): boolean {
  return "left" in outcome && outcome.status === "completed";
}

/** Whether another process is making it. */
export function isLeftToOthers(outcome: JobOutcome): boolean {
  return outcome.status === "running";
}

/** Whether something of the run is not in its log. */
export function isNotWhole(outcome: JobOutcome): boolean {
  return "summary" in outcome && lossText(outcome.summary, "") !== undefined;
}

export function statusOf(finished: readonly FinishedJob[], planned: number): BatchStatus {
  if (finished.some(({ outcome }) => outcome.status === "interrupted" && !brokeDown(outcome)))
    return "interrupted";
  if (finished.some(({ outcome }) => brokeDown(outcome))) return "failed";
  return finished.length < planned ? "interrupted" : "completed";
}

/** `market-…-007 completed  seed=7  50 turns, 1,234 events, 340 ms` */
export function jobLine({ id, label, outcome }: FinishedJob, paint: Paint): string {
  const head = `${id} ${paint.status(outcome.status, outcome.status)}  ${plainText(label)}`;
  if ("left" in outcome) return `${head}  left as it is: ${outcome.left}`;
  if (!("summary" in outcome)) return `${head}  ${plainText(outcome.message)}`;
  const { turns, stats, duration_ms, broke_at, ended_by, reason, troubles } = outcome.summary;
  if (brokeDown(outcome)) return `${head}  ${plainText(reason ?? "")}`;
  const goneOn = outcome.goneOnWith ? "gone on with, " : "";
  const missing = outcome.summary.loss ? ` (${plainText(outcome.summary.loss.reason)})` : "";
  const lost =
    stats.dropped > 0 ? `, ${paint.caution(`${formatCount(stats.dropped)} dropped${missing}`)}` : "";
  const broke = broke_at === undefined ? "" : `  stopped by ${plainText(broke_at.expression)}`;
  const spent = ended_by === "budget" ? `  ${paint.caution("the budget is spent")}` : "";
  const messages = troubles.messages.map((line) => `\n  ${paint.caution(plainText(line))}`).join("");
  return `${head}  ${goneOn}${counted(turns, "turn")}, ${counted(stats.written, "event")}${lost}, ${formatDuration(duration_ms)}${broke}${spent}${messages}`;
}

export function batchDocument({
  batch,
  shard,
  total,
  status,
  planned,
  finished,
  duration,
}: BatchResult): unknown {
  return {
    batch,
    ...(shard && { shard, batch_planned: total }),
    status,
    planned,
    duration_ms: duration,
    runs: finished.map(({ id, label, outcome }) =>
      "summary" in outcome
        ? { ...outcome.summary, label }
        : "left" in outcome
          ? { simulation_id: id, status: outcome.status, label, left: outcome.left }
          : { simulation_id: id, status: outcome.status, label, error: outcome.message },
    ),
  };
}

export function batchSummaryText(
  { batch, shard, status, planned, finished, duration }: BatchResult,
  { output, folder }: { output: string; folder: string },
  env: Readonly<Record<string, string | undefined>>,
  paint: Paint,
): string[] {
  const done = finished.flatMap(({ outcome }) => ("summary" in outcome ? [outcome.summary.stats] : []));
  const sum = (key: "written" | "bytes" | "dropped") => done.reduce((total, stats) => total + stats[key], 0);
  const troubles = finished.flatMap(({ outcome }) =>
    "summary" in outcome ? [outcome.summary.troubles] : [],
  );
  const tried = (key: "decisions" | "failures" | "actions" | "refusals") =>
    troubles.reduce((total, run) => total + run[key], 0);
  const wrong = troubleCounts({
    decisions: tried("decisions"),
    failures: tried("failures"),
    actions: tried("actions"),
    refusals: tried("refusals"),
  });
  const spent = finished.filter(
    ({ outcome }) => "summary" in outcome && outcome.summary.ended_by === "budget",
  ).length;
  const partial = finished.filter(({ outcome }) => isNotWhole(outcome)).length;
  const ends = endValues(
    finished.flatMap(({ id, outcome }) => {
      if (isWholeAlready(outcome)) return [join(folder, id)];
      return "summary" in outcome && outcome.summary.directory !== undefined
        ? [outcome.summary.directory]
        : [];
    }),
  );
  const useless = troubles.filter(({ messages }) => messages.length > 0).length;
  const counts = (["completed", "failed", "interrupted", "running"] as const)
    .map((one) => [one, finished.filter(({ outcome }) => outcome.status === one).length] as const)
    .filter(([, count]) => count > 0)
    .map(([one, count]) => `${formatCount(count)} ${one}`);
  const already = finished.filter(({ outcome }) => isWholeAlready(outcome)).length;
  if (already > 0) counts[0] = `${counts[0]} (${formatCount(already)} of them there already, left alone)`;
  const missing = planned - finished.length;
  if (missing > 0) counts.push(`${formatCount(missing)} not begun`);
  const part = shard ? ` shard ${shard.index}/${shard.of}` : "";
  const next = new NextCommands(env, output);
  return [
    `batch ${paint.bold(batch)}${part} ${paint.status(status, status)}: ${counts.join(", ")} in ${formatDuration(duration)}`,
    `  ${counted(sum("written"), "event")}, ${formatBytes(sum("bytes"))}, ${formatCount(sum("dropped"))} dropped`,
    ...(wrong === "" ? [] : [`  ${wrong}`]),
    ...(useless === 0
      ? []
      : [
          `  ${paint.caution(`in ${counted(useless, "run")} nothing came of all that an agent tried: see above`)}`,
        ]),
    ...(spent === 0
      ? []
      : [`  ${paint.caution(`${counted(spent, "run")} ended early: the budget is spent`)}`]),
    ...(partial === 0
      ? []
      : [`  ${paint.caution(`of ${counted(partial, "run")} events are not in the log: see above`)}`]),
    ...(ends.length === 0 ? [] : [`  at the end: ${ends.join(", ")}`]),
    `  logs: ${output}`,
    "",
    ...next.text([
      [`batch ${batch}${next.outputArgument}`, "what became of them, and where they part"],
      [`export ${join(output, batch)}-* --table state --format csv`, "their state as one table"],
    ]),
  ];
}
