import type { RunSummary } from "@llm-sim/api";
import { parseTimestamp } from "@llm-sim/events/schema";
import {
  type Column,
  formatAgo,
  formatBytes,
  formatCount,
  type Paint,
  plainText,
} from "../terminal/index.ts";

/** Cells of an id that usually tell one run from another. */
const NAMED_BY = 12;

/** A row of a list of runs: a run, or a batch with all that are in it. */
export type ListedRun = RunSummary & {
  /** How many they are and how they stand; absent of a run. */
  batched?: string;
};

/** The columns of a list of runs on a terminal; `now` is in milliseconds. */
export function runColumns(now: number, paint: Paint, runs: readonly ListedRun[]): Column<ListedRun>[] {
  const forkOf: Column<ListedRun> = {
    title: "FORK OF",
    cell: ({ parent }) => (parent ? plainText(`${parent.simulation_id}, turn ${parent.turn + 1}`) : ""),
    paint: (text) => paint.dim(text),
    expendable: 8,
  };
  return [
    { title: "RUN", cell: (run) => plainText(run.id), isFlexible: true, paint: (text) => paint.bold(text) },
    {
      title: "STATUS",
      cell: (run) => run.batched ?? run.status,
      maxWidth: 40,
      paint: (text, run) => paint.status(run.status, text),
    },
    {
      title: "STARTED",
      cell: (run) => startedAgo(run, now),
      paint: (text) => paint.dim(text),
      expendable: 2,
      leftOutBelow: NAMED_BY,
    },
    {
      title: "TURNS",
      cell: (run) => formatCount(run.turns),
      align: "right",
      expendable: 1,
      leftOutBelow: NAMED_BY,
    },
    { title: "EVENTS", cell: (run) => formatCount(run.event_count), align: "right" },
    { title: "LEVEL", cell: (run) => run.verbosity ?? "", expendable: 3 },
    {
      title: "DROPPED",
      cell: (run) => formatCount(run.dropped),
      align: "right",
      paint: (text, run) => (run.dropped > 0 ? paint.caution(text) : paint.dim(text)),
      expendable: 5,
    },
    {
      title: "REFUSED",
      cell: (run) => (run.tried ? formatCount(run.tried.refusals) : ""),
      align: "right",
      paint: (text) => paint.dim(text),
      expendable: 7,
    },
    {
      title: "FAILED",
      cell: (run) => (run.tried ? formatCount(run.tried.failures) : ""),
      align: "right",
      paint: (text, run) => ((run.tried?.failures ?? 0) > 0 ? paint.caution(text) : paint.dim(text)),
      expendable: 6,
    },
    ...(runs.some(({ parent }) => parent !== undefined) ? [forkOf] : []),
    { title: "SIZE", cell: (run) => formatBytes(run.bytes), align: "right", expendable: 4 },
  ];
}

/** A run for a pipe, its fields between tabs: id, status, start, turns, events, verbosity, dropped, bytes, name. */
export function runFields(run: RunSummary): string {
  const { id, status, start_time, turns, event_count, verbosity, dropped, bytes, name } = run;
  return [id, status, start_time ?? "-", turns, event_count, verbosity ?? "-", dropped, bytes, name]
    .map((field) => plainText(String(field)))
    .join("\t");
}

export function startedAgo(run: Pick<RunSummary, "start_time">, now: number): string {
  const start = run.start_time === undefined ? undefined : parseTimestamp(run.start_time);
  return start === undefined ? "" : formatAgo(now - start / 1000);
}
