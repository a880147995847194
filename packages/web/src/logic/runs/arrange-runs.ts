import type { RunSummary } from "@llm-sim/api";
import { byName, microseconds } from "../format/index.ts";

export const RUN_COLUMNS = ["name", "status", "start", "duration", "turns", "agents", "events"] as const;
export type RunColumn = (typeof RUN_COLUMNS)[number];

export interface RunOrder {
  column: RunColumn;
  descending: boolean;
}

/** The newest first. */
export const DEFAULT_ORDER: RunOrder = { column: "start", descending: true };

/** `start` or `-start`, as it stands in the URL. */
export function readOrder(text: string | undefined): RunOrder {
  const column = RUN_COLUMNS.find((name) => name === text?.replace(/^-/, ""));
  return column === undefined ? DEFAULT_ORDER : { column, descending: text?.startsWith("-") ?? false };
}

export function writeOrder({ column, descending }: RunOrder): string | undefined {
  if (column === DEFAULT_ORDER.column && descending === DEFAULT_ORDER.descending) return undefined;
  return `${descending ? "-" : ""}${column}`;
}

/** A run's length in microseconds, up to `now` while it runs. */
export function durationOf(run: RunSummary, now: number): number | undefined {
  const start = microseconds(run.start_time);
  const end = microseconds(run.end_time) ?? (run.status === "running" ? now : undefined);
  return start === undefined || end === undefined ? undefined : Math.max(0, end - start);
}

/** Those whose id, name or status contains every word, in order; runs without a value for the column come last. */
export function arrangeRuns(
  runs: readonly RunSummary[],
  text: string,
  order: RunOrder,
  now: number,
): RunSummary[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = runs.filter((run) => {
    const line = `${run.id} ${run.name} ${run.status}`.toLowerCase();
    return wanted.every((word) => line.includes(word));
  });
  const value = (run: RunSummary): string | number | undefined => {
    if (order.column === "name") return run.name;
    if (order.column === "status") return run.status;
    if (order.column === "start") return microseconds(run.start_time);
    if (order.column === "duration") return durationOf(run, now);
    if (order.column === "turns") return run.turns;
    if (order.column === "agents") return run.agents;
    return run.event_count;
  };
  const sign = order.descending ? -1 : 1;
  return found.toSorted((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    const difference = typeof a === "number" && typeof b === "number" ? a - b : byName(String(a), String(b));
    return difference * sign || byName(one.id, other.id);
  });
}
