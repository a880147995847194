import {
  ENDED_BY,
  EVENT_TYPES,
  eventIdSchema,
  jsonValueSchema,
  RUN_STATUSES,
  recordByName,
  timestampSchema,
  triedSchema,
  troubleSchema,
  variableSummarySchema,
  verbosityLevelSchema,
} from "@llm-sim/events/schema";
import * as z from "zod";
import { batchOfRunSchema } from "./batches.ts";
import { defineEndpoint } from "./endpoint.ts";
import { count, noParts, noQuery, runParts } from "./fields.ts";

const eventCountsSchema = z.partialRecord(z.enum(EVENT_TYPES), count);

export const runSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(RUN_STATUSES).meta({ description: "running: its writer lives" }),
  start_time: timestampSchema.optional().meta({
    description: "of the run, not of its newest segment; absent where there is no event and no run.json",
  }),
  end_time: timestampSchema.optional().meta({ description: "absent while it runs" }),
  event_count: count,
  turns: count.meta({ description: "the highest turn so far" }),
  verbosity: verbosityLevelSchema.optional().meta({ description: "absent where there is no run.json" }),
  ended_by: z
    .enum(ENDED_BY)
    .optional()
    .meta({ description: "what brought it to its end, where the writer was told" }),
  end_reason: z.string().optional().meta({
    description:
      "what simulation_end says; absent where there is none, or it says nothing, and in a list of a run that played its turns",
  }),
  end_event_id: eventIdSchema
    .optional()
    .meta({ description: "simulation_end itself; absent as end_reason is" }),
  tried: triedSchema
    .optional()
    .meta({ description: "what agents tried and what came of it; absent where there is no summary.json" }),
  summary_problem: z.string().optional().meta({ description: "why summary.json cannot be used" }),
  agents: count
    .optional()
    .meta({ description: "agents with events of their own; in a list absent where not known yet" }),
  by_type: eventCountsSchema
    .optional()
    .meta({ description: "events by kind; in a list absent where not known yet" }),
  dropped: count.meta({ description: "events that the writer had to give up" }),
  skipped_lines: count
    .optional()
    .meta({ description: "lines that are no valid events; in a list absent where not known yet" }),
  bytes: count.meta({ description: "size of the log's files, compressed where they are" }),
  segments: count.meta({ description: "the log's files" }),
  seed: z.int().optional().meta({ description: "absent where run.json has none" }),
  batch: batchOfRunSchema.optional().meta({ description: "absent of a run by itself" }),
  parent: z.object({ simulation_id: z.string(), turn: count, event_id: z.string() }).optional().meta({
    description:
      "the run that this one goes on from, its last turn that both have, and that turn's end; absent where it begins by itself",
  }),
  unreadable: z.string().optional().meta({
    description:
      "why the run cannot be asked by its id, or its log not be read; then the rest is what run.json says, or 0",
  }),
});
/** What a list of runs shows of one. */
export type RunSummary = z.infer<typeof runSummarySchema>;

export const runListSchema = z.object({ simulations: z.array(runSummarySchema) });
export type RunList = z.infer<typeof runListSchema>;

export const runDetailsSchema = runSummarySchema.omit({ unreadable: true }).extend({
  agents: count.meta({ description: "agents with events of their own" }),
  by_type: eventCountsSchema.meta({ description: "events by kind" }),
  skipped_lines: count.meta({ description: "lines that are no valid events" }),
  calls: count
    .optional()
    .meta({ description: "attempts at calls of language models; absent where there are none" }),
  config: jsonValueSchema
    .optional()
    .meta({ description: "the simulation's, as it counted; absent where run.json has none" }),
  parameters: jsonValueSchema
    .optional()
    .meta({ description: "the engine's, of the config; absent where it has none" }),
  versions: recordByName(z.string())
    .optional()
    .meta({ description: "llm-sim's and Node's that wrote it, by name; absent where run.json has none" }),
  llm_sim_commit: z.string().optional().meta({
    description: "what that llm-sim was built from, where it knew; `-dirty` behind it: and changed",
  }),
  git_commit: z
    .string()
    .optional()
    .meta({ description: "what was checked out where the simulation lies, if anything was" }),
  children: z
    .array(z.object({ simulation_id: z.string(), turn: count }))
    .meta({ description: "the runs that go on from this one, each with the last turn that both have" }),
  interventions: z.array(jsonValueSchema).optional().meta({
    description:
      "what was made otherwise in this run and in those that it goes on from, by turn; absent where nothing was",
  }),
  refusals: z.array(troubleSchema).optional().meta({
    description:
      "commonest first, at most a hundred; without a summary.json as the log tells, absent where it was recorded below ACTION",
  }),
  failures: z.array(troubleSchema).optional().meta({
    description:
      "commonest first, at most a hundred; without a summary.json as the log tells, absent where it was recorded below ACTION",
  }),
  variables: z
    .array(variableSummarySchema.omit({ points: true }))
    .optional()
    .meta({
      description:
        "first, last, least and greatest values; at most a thousand; absent without a summary.json",
    }),
  variables_total: count
    .optional()
    .meta({ description: "how many there are; absent without a summary.json" }),
});
/** All that is known of a run without a question asked of its events. */
export type RunDetails = z.infer<typeof runDetailsSchema>;

export const runs = defineEndpoint({
  path: "/simulations",
  operationId: "listSimulations",
  summary: "Every run, newest first",
  tag: "simulations",
  parts: noParts,
  query: noQuery,
  answer: runListSchema,
  answers: "The runs.",
  errors: [],
});

export const run = defineEndpoint({
  path: "/simulations/:id",
  operationId: "getSimulation",
  summary: "One run: everything that is counted of it, what it was run from, and what it came to",
  tag: "simulations",
  parts: runParts,
  query: noQuery,
  answer: runDetailsSchema,
  answers: "The run.",
  errors: ["SIMULATION_NOT_FOUND"],
});
