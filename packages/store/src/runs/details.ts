import type { RunDetails } from "@llm-sim/api";
import { readManifest, readSummary, type VariableSummary } from "@llm-sim/events/run";
import * as z from "zod";
import type { FullRunSummary } from "./summarize.ts";

/** Kinds of trouble, and variables, that details list: the rest is in `summary.json`. */
const MOST_TROUBLES = 100;
const MOST_VARIABLES = 1_000;

const configSchema = z.looseObject({ engine: z.looseObject({ params: z.json().optional() }).optional() });

/** @param endReason of the log's `simulation_end` */
export function detailsOf(
  directory: string,
  summary: FullRunSummary,
  children: RunDetails["children"],
  endReason: string | undefined,
): RunDetails {
  const manifest = readManifest(directory);
  const config = z.json().safeParse(manifest?.config).data;
  const interventions = z.array(z.json()).safeParse(manifest?.interventions).data;
  const parameters = configSchema.safeParse(config).data?.engine?.params;
  const read = summary.status === "running" ? undefined : readSummary(directory);
  return {
    ...summary,
    ...(config !== undefined && { config }),
    ...(manifest?.seed !== undefined && { seed: manifest.seed }),
    ...(parameters !== undefined && { parameters }),
    ...(manifest?.versions && { versions: manifest.versions }),
    ...(manifest?.llm_sim_commit !== undefined && { llm_sim_commit: manifest.llm_sim_commit }),
    ...(manifest?.git_commit !== undefined && { git_commit: manifest.git_commit }),
    ...(manifest?.batch !== undefined && { batch: manifest.batch }),
    children: [...children],
    ...(interventions && { interventions }),
    ...(endReason !== undefined && { end_reason: endReason }),
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
