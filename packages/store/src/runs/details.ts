import { existsSync } from "node:fs";
import { join } from "node:path";
import type { RunDetails } from "@llm-sim/api";
import { readManifest, readSummary, TAPE_FILE, type VariableSummary } from "@llm-sim/events/run";
import { jsonValueSchema } from "@llm-sim/events/schema";
import * as z from "zod";
import type { FullRunSummary } from "./summarize.ts";

/** Kinds of trouble, and variables, that details list: the rest is in `summary.json`. */
export const MOST_TROUBLES = 100;
const MOST_VARIABLES = 1_000;

const configSchema = z.looseObject({
  engine: z.looseObject({ params: jsonValueSchema.optional() }).optional(),
  llm: z.unknown().optional(),
});

/** Whether language models may have been asked: only then are a run's events looked through for calls. */
export function mayHaveAsked(directory: string): boolean {
  return (
    existsSync(join(directory, TAPE_FILE)) ||
    configSchema.safeParse(readManifest(directory)?.config).data?.llm !== undefined
  );
}

/** What is known of a run beside its own files' heads and counts. */
export interface KnownOfRun {
  children: RunDetails["children"];
  /** Of the log's `simulation_end`. */
  end: Pick<RunDetails, "end_reason" | "end_event_id">;
  /** Of language models. */
  calls: number;
}

export function detailsOf(
  directory: string,
  summary: FullRunSummary,
  { children, end, calls }: KnownOfRun,
): RunDetails {
  const manifest = readManifest(directory);
  const config = jsonValueSchema.safeParse(manifest?.config).data;
  const interventions = z.array(jsonValueSchema).safeParse(manifest?.interventions).data;
  const parameters = configSchema.safeParse(config).data?.engine?.params;
  const read = summary.status === "running" ? undefined : readSummary(directory);
  return {
    ...summary,
    ...(calls > 0 && { calls }),
    ...(config !== undefined && { config }),
    ...(parameters !== undefined && { parameters }),
    ...(manifest?.versions && { versions: manifest.versions }),
    ...(manifest?.llm_sim_commit !== undefined && { llm_sim_commit: manifest.llm_sim_commit }),
    ...(manifest?.git_commit !== undefined && { git_commit: manifest.git_commit }),
    children: [...children],
    ...(interventions && { interventions }),
    ...end,
    ...(read && ("summary" in read ? known(read.summary) : { summary_problem: read.problem })),
  };
}

function known(
  summary: Pick<RunDetails, "refusals" | "failures"> & {
    variables: VariableSummary[];
    variables_left_out?: number | undefined;
  },
): Partial<RunDetails> {
  const { refusals = [], failures = [], variables, variables_left_out: leftOut = 0 } = summary;
  return {
    refusals: refusals.slice(0, MOST_TROUBLES),
    failures: failures.slice(0, MOST_TROUBLES),
    variables: variables.slice(0, MOST_VARIABLES).map(({ points: _, ...variable }) => variable),
    variables_total: variables.length + leftOut,
  };
}
