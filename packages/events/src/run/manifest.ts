import { join } from "node:path";
import * as z from "zod";
import { isOutOfFiles, readRegular } from "../files/index.ts";
import { MANIFEST_FILE } from "../layout/index.ts";
import {
  ENDED_BY,
  eventIdSchema,
  RUN_STATUSES,
  recordByName,
  simulationIdSchema,
  timestampSchema,
  turnNumberSchema,
  verbosityLevelSchema,
} from "../schema/index.ts";
import { runBatchSchema } from "./batch.ts";
import { newerFormatOf } from "./format.ts";
import { interventionSchema } from "./intervention.ts";

const count = z.int().min(0);

/** emitted = written + dropped + suppressed + pending, at every moment. */
export const eventCountsSchema = z.looseObject({
  emitted: count,
  written: count,
  dropped: count,
  suppressed: count,
  pending: count,
});
export type EventCounts = z.infer<typeof eventCountsSchema>;

/** A closed segment, as runs listed it in `run.json` before there was a `segments.jsonl`. */
const closedSegmentSchema = z.looseObject({
  file: z.string(),
  events: count,
  bytes: count,
  first_event_id: eventIdSchema,
  last_event_id: eventIdSchema,
});

/** Events that are missing from a log: how many, of which kinds, and from when to when. */
export const lossTallySchema = z.looseObject({
  dropped: count,
  counts: z.record(z.string(), count).meta({ description: "by kind" }),
  first_timestamp: timestampSchema,
  last_timestamp: timestampSchema,
  turn_start: turnNumberSchema,
  turn_end: turnNumberSchema,
});
export type LossTally = z.infer<typeof lossTallySchema>;

/** A loss of which the log may not tell yet, as its SYSTEM warning `events_dropped` does once it stands there. */
export const untoldLossSchema = lossTallySchema.extend({
  were_written: count
    .optional()
    .meta({ description: "how many stood in the log, and were lost with the file that they were in" }),
  path: z.string().meta({ description: "the file that did not take them, or that they were lost with" }),
  reason: z.string(),
});
export type UntoldLoss = z.infer<typeof untoldLossSchema>;

/**
 * `run.json`'s `loss`: all the events that were emitted and are in no segment. Of `told` of them the log itself tells, by its
 * SYSTEM warnings `events_dropped`; the others are those of `untold`, and a tail, which would stand behind all that is in the log.
 */
export const runLossSchema = lossTallySchema.extend({
  told: count,
  untold: z.array(untoldLossSchema).optional().catch(undefined).meta({
    description:
      "losses of which the log was yet to tell when this was written: where its warning of one is there by now, that counts",
  }),
  path: z.string().meta({ description: "the file that did not take them, relative to the run's directory" }),
  reason: z.string().meta({ description: "in the words of who refused them" }),
});
export type RunLoss = z.infer<typeof runLossSchema>;

const spentSchema = z.looseObject({
  tokens: count,
  usd: z.number().min(0).meta({ description: "of the calls whose price is known" }),
});

/** `run.json`'s `calls`: what was asked of language models, attempts counted one by one. */
export const runCallsSchema = spentSchema.extend({
  calls: count.meta({ description: "those answered from a tape included" }),
  from_tape: count,
  saved_usd: z.number().min(0).meta({ description: "what those from the tape took when a model was asked" }),
  spent: spentSchema.optional().meta({
    description:
      "what counts towards the budget: of the sessions before as well, where the run was gone on with",
  }),
});
export type RunCalls = z.infer<typeof runCallsSchema>;

/** Of runs that are begun now; runs of version 1 say nothing of their causes. */
export const CAUSES_VERSION = 2;

/** What code keeps from one turn to the next, as it declares it (`static memory`); without a word it is `unknown`. */
export const MEMORY_KINDS = ["none", "tracked", "unknown", "outside"] as const;
export type MemoryKind = (typeof MEMORY_KINDS)[number];

/** The error_type of a SYSTEM warning: a class was seen to keep something that is not tracked, although it declares otherwise. */
export const UNTRACKED_MEMORY = "untracked_memory";

/** A word that is not known yet says nothing that could be relied on. */
const memoryKindSchema = z.enum(MEMORY_KINDS).catch("unknown");

/** Who sees to it that `caused_by` names all that an event rests on; of a run without it that cannot be claimed. */
export const recordedCausesSchema = z.looseObject({
  version: z.int().min(1),
  by: z.string().meta({
    description:
      "`simulation`: recorded wherever something is read; `emitter`: as far as the program said it",
  }),
  max_causes: z.int().min(1).optional().meta({
    description:
      "how many causes an event names at most, where another number was asked for than 64, for a DETAIL 4,096",
  }),
  engine: memoryKindSchema.optional().meta({
    description:
      "what the engine keeps from turn to turn beside its world: `none`; `tracked`: what is tracked like the state; `unknown`: it declares nothing; `outside`: something where nobody sees it",
  }),
  validator: memoryKindSchema.optional().meta({ description: "the same of the validator" }),
  agents: recordByName(memoryKindSchema).optional().meta({ description: "the same of agents, by type" }),
});
export type RecordedCauses = z.infer<typeof recordedCausesSchema>;

/** What a run is made of besides its events. */
export const provenanceSchema = z.looseObject({
  name: z.string().optional(),
  config: z.unknown().optional(),
  seed: z.int().optional(),
  versions: z
    .record(z.string(), z.string())
    .optional()
    .meta({ description: "llm-sim's and Node's, by name" }),
  llm_sim_commit: z
    .string()
    .optional()
    .meta({ description: "what this llm-sim was built from, where known; `-dirty` behind it: and changed" }),
  config_file: z.string().optional().meta({ description: "the config's name, without its directory" }),
  config_directory: z
    .looseObject({
      from_run: z.string().optional().meta({ description: "seen from the run's directory" }),
      from_working_directory: z
        .string()
        .optional()
        .meta({ description: "seen from where the run was started, where it lies below that" }),
    })
    .optional()
    .meta({ description: "where the config lies, and with it the code that it names, by relative ways" }),
  break_when: z.string().optional().meta({ description: "the condition that was to end the run" }),
  git_commit: z.string().optional().meta({ description: "what was checked out where the simulation lies" }),
  modules: z
    .array(z.looseObject({ path: z.string(), sha256: z.string() }))
    .optional()
    .meta({ description: "the engine, agent and validator modules that were loaded" }),
  parent: z
    .looseObject({
      simulation_id: simulationIdSchema,
      turn: turnNumberSchema,
      event_id: eventIdSchema,
      is_checkpoint: z.boolean().optional().meta({
        description: "that it began with a checkpoint's state: its log does not hold the turns before",
      }),
    })
    .optional(),
  interventions: z
    .array(interventionSchema)
    .optional()
    .catch(undefined)
    .meta({ description: "of a fork, and of what it was forked from: what was made otherwise, by turn" }),
  batch: runBatchSchema.optional().catch(undefined),
  max_file_size: z
    .int()
    .min(1)
    .optional()
    .catch(undefined)
    .meta({ description: "bytes that a segment of more than one event never exceeds" }),
  causes: recordedCausesSchema.optional().catch(undefined),
});
export type Provenance = z.infer<typeof provenanceSchema>;

/** `run.json` */
export const runManifestSchema = provenanceSchema.extend({
  format_version: z
    .int()
    .min(1)
    .optional()
    .meta({ description: "absent: 1, whose runs hold refusals at every verbosity" }),
  simulation_id: simulationIdSchema,
  status: z.enum(RUN_STATUSES),
  ended_by: z.enum(ENDED_BY).optional().catch(undefined).meta({ description: "where the writer was told" }),
  verbosity: verbosityLevelSchema,
  start_time: timestampSchema,
  end_time: timestampSchema.optional(),
  calls: runCallsSchema
    .optional()
    .catch(undefined)
    .meta({ description: "at the end of a run that asked language models" }),
  counts: eventCountsSchema,
  loss: runLossSchema.optional().catch(undefined).meta({ description: "absent where nothing was lost" }),
  segments: z
    .array(closedSegmentSchema)
    .optional()
    .meta({ description: "of runs that have no segments.jsonl: their closed segments" }),
});
export type RunManifest = z.infer<typeof runManifestSchema>;

/**
 * Reads `run.json`.
 *
 * @returns the manifest, or `undefined` where there is none or it is not one (a run of another hand, say)
 */
export function readManifest(runDirectory: string): RunManifest | undefined {
  const json = readJson(join(runDirectory, MANIFEST_FILE));
  return json === undefined ? undefined : runManifestSchema.safeParse(json.value).data;
}

/**
 * `readManifest` and `newerFormat` by one look at the file.
 *
 * @returns why the run is not read, a clause without its full stop, where its format is newer than what is known
 */
export function readKnownManifest(
  runDirectory: string,
): { newer: string } | { newer?: undefined; manifest: RunManifest | undefined } {
  const path = join(runDirectory, MANIFEST_FILE);
  const json = readJson(path);
  const newer = json === undefined ? undefined : newerFormatOf(path, json.value);
  if (newer !== undefined) return { newer };
  return { manifest: json === undefined ? undefined : runManifestSchema.safeParse(json.value).data };
}

function readJson(path: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(readRegular(path)) };
  } catch (error) {
    if (isOutOfFiles(error)) throw error;
    return undefined; // none, or damaged
  }
}
