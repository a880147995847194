import type { RunSummary } from "@llm-sim/api";
import type { JsonValue } from "@llm-sim/events/schema";
import { microseconds } from "../format/index.ts";

/** The runs of a batch as one line of the list. */
export interface RunGroup {
  batch: string;
  name: string;
  /** Those that are shown, in the list's order. */
  runs: readonly RunSummary[];
  /** As many runs of the batch as there are, shown or not. */
  total: number;
  /** Settings that have several values, and these, numbers first. */
  varying: readonly { path: string; values: readonly JsonValue[] }[];
  statuses: Partial<Record<RunSummary["status"], number>>;
  /** Of its first run, in microseconds since 1970. */
  start: number | undefined;
  /** Of its last run; `undefined` while one runs. */
  end: number | undefined;
  /** Its shortest run and its longest. */
  turns: readonly [least: number, greatest: number];
  events: number;
}

export type RunLine = { run: RunSummary; group?: undefined } | { group: RunGroup; run?: undefined };

/**
 * The list with a line for each batch, where the first of its runs would stand. A batch of which there is one run is no group.
 *
 * @param all every run, shown or not
 */
export function groupRuns(shown: readonly RunSummary[], all: readonly RunSummary[]): RunLine[] {
  const sizes = new Map<string, number>();
  for (const { batch } of all) if (batch) sizes.set(batch.id, (sizes.get(batch.id) ?? 0) + 1);
  const members = new Map<string, RunSummary[]>();
  const lines: (RunSummary | string)[] = [];
  for (const run of shown) {
    const id = run.batch?.id;
    if (id === undefined || (sizes.get(id) ?? 0) < 2) {
      lines.push(run);
      continue;
    }
    const before = members.get(id);
    if (before) before.push(run);
    else {
      members.set(id, [run]);
      lines.push(id);
    }
  }
  return lines.map((line) =>
    typeof line === "string"
      ? { group: groupOf(line, members.get(line) ?? [], sizes.get(line) ?? 0) }
      : { run: line },
  );
}

function groupOf(batch: string, runs: readonly RunSummary[], total: number): RunGroup {
  const statuses: RunGroup["statuses"] = {};
  for (const { status } of runs) statuses[status] = (statuses[status] ?? 0) + 1;
  const turns = runs.map((run) => run.turns);
  return {
    batch,
    name: runs[0]?.batch?.name ?? batch,
    runs,
    total,
    varying: varyingIn(runs),
    statuses,
    start: leastOf(runs.map(({ start_time }) => microseconds(start_time))),
    end: statuses.running
      ? undefined
      : leastOf(
          runs.map(({ end_time }) => microseconds(end_time)),
          -1,
        ),
    turns: [leastOf(turns) ?? 0, leastOf(turns, -1) ?? 0],
    events: runs.reduce((sum, { event_count }) => sum + event_count, 0),
  };
}

/** The least of those that are known; with a sign of -1 the greatest. */
function leastOf(values: readonly (number | undefined)[], sign: 1 | -1 = 1): number | undefined {
  return values.reduce(
    (least, value) =>
      value !== undefined && (least === undefined || value * sign < least * sign) ? value : least,
    undefined,
  );
}

function varyingIn(runs: readonly RunSummary[]): RunGroup["varying"] {
  const byPath = new Map<string, Map<string, JsonValue>>();
  for (const { batch } of runs)
    for (const [path, value] of Object.entries(batch?.settings ?? {})) {
      const values = byPath.get(path) ?? new Map<string, JsonValue>();
      byPath.set(path, values.set(JSON.stringify(value), value));
    }
  return [...byPath]
    .filter(([, values]) => values.size > 1)
    .map(([path, values]) => ({ path, values: [...values.values()].sort(numbersFirst) }));
}

function numbersFirst(one: JsonValue, other: JsonValue): number {
  if (typeof one === "number" && typeof other === "number") return one - other;
  return Number(typeof other === "number") - Number(typeof one === "number");
}
