import type { BatchRun, BatchSummary } from "@llm-sim/api";
import { type KnownAgents, variableText } from "@llm-sim/events/naming";
import type { JsonValue } from "@llm-sim/events/schema";
import { formatCount, formatValue, plural } from "../format/index.ts";

/** A variable as the API names it. */
export interface OwnedVariable {
  agent_id?: string | undefined;
  variable: string;
}

/** The agents that have a variable, by which names are written. */
export function agentsIn({ variables }: { variables: readonly OwnedVariable[] }): KnownAgents {
  return new Set(variables.flatMap(({ agent_id }) => (agent_id === undefined ? [] : [agent_id])));
}

export function nameOf({ agent_id, variable }: OwnedVariable, known: KnownAgents): string {
  return variableText({ agent_id, variable_name: variable }, known);
}

/** A run's id without its batch's: `sweep-1f0c2a9b-s7-a1b2c3` → `s7-a1b2c3`. Runs of older versions are numbered. */
export function shortId(id: string, batchId: string): string {
  return id.startsWith(`${batchId}-`) ? id.slice(batchId.length + 1) : id;
}

/** The last part of a path, if no other path ends alike: `engine.params.rate` → `rate`. */
export function shortPath(path: string, paths: readonly string[]): string {
  const last = (one: string) => one.split(".").at(-1) ?? one;
  return paths.filter((one) => last(one) === last(path)).length > 1 ? path : last(path);
}

/** `rate=0.02 capacity=1,000` */
export function settingsText(settings: Readonly<Record<string, JsonValue>>): string {
  const paths = Object.keys(settings);
  return paths.map((path) => `${shortPath(path, paths)}=${formatValue(settings[path], 40)}`).join(" ");
}

/** Which run it is in its batch, as a person tells it: `seed 7, rate 0.02`. */
export function runWords(
  { seed, settings, id }: Pick<BatchRun, "seed" | "settings" | "id">,
  { settings: swept, id: batchId }: Pick<BatchSummary, "settings" | "id">,
): string {
  const varying = swept.filter(({ values, path }) => values.length > 1 && Object.hasOwn(settings, path));
  const paths = varying.map(({ path }) => path);
  const words = varying.map(({ path }) => `${shortPath(path, paths)} ${formatValue(settings[path], 40)}`);
  if (seed !== undefined) words.unshift(`seed ${seed}`);
  return words.length > 0 ? words.join(", ") : shortId(id, batchId);
}

const STATUS_ORDER = ["running", "failed", "interrupted", "completed"] as const;

/** `2 running, 28 completed`; what needs a look first. */
export function statusCounts({ statuses }: Pick<BatchSummary, "statuses">): {
  status: (typeof STATUS_ORDER)[number];
  count: number;
}[] {
  return STATUS_ORDER.flatMap((status) => {
    const count = statuses[status] ?? 0;
    return count > 0 ? [{ status, count }] : [];
  });
}

/** The settings that have several values, and those of one. */
export function sweptIn({ settings }: Pick<BatchSummary, "settings">): {
  varying: BatchSummary["settings"];
  fixed: BatchSummary["settings"];
} {
  return {
    varying: settings.filter(({ values }) => values.length > 1),
    fixed: settings.filter(({ values }) => values.length === 1),
  };
}

/** `rate 0.02, 0.04`, at most so many values, the rest counted. */
export function sweptText(
  { path, values }: BatchSummary["settings"][number],
  paths: readonly string[],
  most = 4,
): string {
  const shown = values.slice(0, most).map((value) => formatValue(value, 24));
  const more = values.length - shown.length;
  return `${shortPath(path, paths)} ${shown.join(", ")}${more > 0 ? ` and ${formatCount(more)} more` : ""}`;
}

/** `24 runs`, or `20 of 24 runs` where not all that were asked for are there. */
export function runsText({ runs, planned }: Pick<BatchSummary, "runs" | "planned">): string {
  return planned !== undefined && planned > runs
    ? `${formatCount(runs)} of ${plural(planned, "run")}`
    : plural(runs, "run");
}

/** `seeds 1..8`, `seed 7` */
export function seedsText(seeds: string): string {
  return `${/[.,]/.test(seeds) ? "seeds" : "seed"} ${seeds}`;
}
