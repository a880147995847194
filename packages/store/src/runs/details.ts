import { readManifest, readSummary, type Trouble, type VariableSummary } from "@llm-sim/events/run";
import type { JsonValue } from "@llm-sim/events/schema";
import * as z from "zod";
import type { FullRunSummary } from "./summary.ts";

/** Kinds of trouble, and variables, that details list: the rest is in `summary.json`. */
const MOST_TROUBLES = 100;
const MOST_VARIABLES = 1_000;

/** All that is known of a run without a question asked of its events. */
export interface RunDetails extends FullRunSummary {
  /** The simulation's, as it counted; with `seed` and the engine's `parameters` all that is needed to run it again. */
  config?: JsonValue;
  seed?: number;
  parameters?: JsonValue;
  /** llm-sim's and Node's that wrote it, by name. */
  versions?: Record<string, string>;
  /** What that llm-sim was built from. */
  llm_sim_commit?: string;
  /** What was checked out where the simulation lies. */
  git_commit?: string;
  batch?: string;
  parent?: { simulation_id: string; turn: number; event_id: string };
  /** What `simulation_end` says, where it says why. */
  end_reason?: string;
  /** Commonest first, at most a hundred. */
  refusals?: Trouble[];
  failures?: Trouble[];
  /** First, last, least and greatest of at most a thousand variables; absent without a `summary.json`. */
  variables?: Omit<VariableSummary, "points">[];
  /** How many there are. */
  variables_total?: number;
}

const configSchema = z.looseObject({ engine: z.looseObject({ params: z.json().optional() }).optional() });

/** @param endReason of the log's `simulation_end` */
export function detailsOf(
  directory: string,
  summary: FullRunSummary,
  endReason: string | undefined,
): RunDetails {
  const manifest = readManifest(directory);
  const config = z.json().safeParse(manifest?.config).data;
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
    ...(manifest?.parent && { parent: { ...manifest.parent } }),
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
