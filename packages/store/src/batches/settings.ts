import type { BatchSummary } from "@llm-sim/api";
import type { JsonValue } from "@llm-sim/events/schema";
import { canonicalJson, isSameJson } from "@llm-sim/events/state";
import type { BatchRunHead } from "./batch-run.ts";

export type Settings = Readonly<Record<string, JsonValue>>;
export type Swept = BatchSummary["settings"][number];

/** Numbers in ascending order, before all others. */
export function compareValues(left: JsonValue | undefined, right: JsonValue | undefined): number {
  if (typeof left === "number" && typeof right === "number") return left - right;
  if (typeof left === "number") return -1;
  if (typeof right === "number") return 1;
  const [a, b] = [canonicalJson(left ?? null), canonicalJson(right ?? null)];
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What was set in these runs, each path with its values. */
export function settingsOf(runs: readonly { settings: Settings }[]): Swept[] {
  const byPath = new Map<string, Map<string, JsonValue>>();
  for (const { settings } of runs) {
    for (const [path, value] of Object.entries(settings)) {
      const values = byPath.get(path) ?? new Map<string, JsonValue>();
      byPath.set(path, values.set(canonicalJson(value), value));
    }
  }
  return [...byPath].map(([path, values]) => ({
    path,
    values: [...values.values()].toSorted(compareValues),
  }));
}

/** Those that tell runs apart. */
export function sweptOf(all: readonly Swept[]): Swept[] {
  return all.filter(({ values }) => values.length > 1);
}

/** The order in which runs of a batch are told. */
export function bySettings(a: BatchRunHead, b: BatchRunHead): number {
  return compareRuns(sortable(a), sortable(b));
}

function sortable({ batch: { settings }, seed, id }: BatchRunHead) {
  return { settings, seed, id };
}

/** By settings, then seed, then id. */
function compareRuns(
  left: { settings: Settings; seed: number | undefined; id: string },
  right: { settings: Settings; seed: number | undefined; id: string },
): number {
  const paths = new Set([...Object.keys(left.settings), ...Object.keys(right.settings)]);
  for (const path of paths) {
    const [a, b] = [left.settings[path], right.settings[path]];
    if (!isSameJson(a, b)) return compareValues(a, b);
  }
  return (left.seed ?? 0) - (right.seed ?? 0) || (left.id < right.id ? -1 : 1);
}

/** The runs of each combination of the settings that differ. */
export function byCombination<Run extends { settings: Settings }>(
  runs: readonly Run[],
  swept: readonly Swept[],
): { settings: Record<string, JsonValue>; runs: Run[] }[] {
  const groups = new Map<string, { settings: Record<string, JsonValue>; runs: Run[] }>();
  for (const run of runs) {
    const own = Object.fromEntries(
      swept.flatMap(({ path }) => {
        const value = run.settings[path];
        return value === undefined ? [] : [[path, value] as const];
      }),
    );
    const key = canonicalJson(own);
    const group = groups.get(key) ?? { settings: own, runs: [] };
    group.runs.push(run);
    groups.set(key, group);
  }
  return [...groups.values()];
}
