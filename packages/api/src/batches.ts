import {
  agentIdSchema,
  ENDED_BY,
  jsonValueSchema,
  RUN_STATUSES,
  recordByName,
  timestampSchema,
  turnNumberSchema,
} from "@llm-sim/events/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { agentOfVariable, count, noParts, noQuery, repeated, variable } from "./fields.ts";
import { completeness } from "./gap.ts";

/** Of the variables of a batch, as many are told of; the others are counted. */
export const MAX_BATCH_VARIABLES = 1_000;
/** Conditions and variables that one question of a batch may name. */
export const MAX_OUTCOMES = 20;

const settingsSchema = recordByName(jsonValueSchema).meta({
  description: "what was set otherwise in this run, by path",
});

/** To which batch a run belongs. */
export const batchOfRunSchema = z.object({
  id: z.string(),
  name: z.string(),
  config_hash: z.string().optional().meta({ description: "absent of runs of older versions" }),
  settings: settingsSchema,
});
export type BatchOfRun = z.infer<typeof batchOfRunSchema>;

const shardNumber = z.int().min(1);

const sweptSchema = z.object({
  path: z.string(),
  values: z.array(jsonValueSchema).meta({ description: "numbers in ascending order, before all others" }),
});

export const batchSummarySchema = z.object({
  id: z.string(),
  name: z.string(),
  config_hash: z.string().optional().meta({ description: "absent of runs of older versions" }),
  start_time: timestampSchema
    .optional()
    .meta({ description: "of its first run; absent where none of them says it" }),
  end_time: timestampSchema
    .optional()
    .meta({ description: "of its last run; absent while one runs, and where none of them says it" }),
  runs: count,
  planned: count.optional().meta({ description: "runs that were asked for; absent of older versions" }),
  statuses: z.partialRecord(z.enum(RUN_STATUSES), count).meta({ description: "runs by status" }),
  seeds: z.string().meta({ description: "as `--seeds` takes them", example: "1..30" }),
  settings: z.array(sweptSchema).meta({ description: "what was set, and to which values" }),
});
/** What a list of batches shows of one. */
export type BatchSummary = z.infer<typeof batchSummarySchema>;

export const batchListSchema = z.object({ batches: z.array(batchSummarySchema) });
export type BatchList = z.infer<typeof batchListSchema>;

const names = {
  variable: z.string(),
  agent_id: agentIdSchema.optional().meta({ description: "whose variable; absent of the world's" }),
};

export const batchOutcomeSchema = z.union([
  z.object({
    turn: turnNumberSchema.meta({
      description: "at whose end the condition held first; within turns it may have held before",
    }),
    agent_id: agentIdSchema.optional().meta({ description: "for whom, where the condition has a *" }),
  }),
  z.object({ never: z.literal(true).meta({ description: "at no turn's end to that of the run" }) }),
  z.object({ value: jsonValueSchema.meta({ description: "of a variable, at the end of the run" }) }),
  z.object({ unknown: z.string().meta({ description: "why it is not known" }) }),
]);
/** What became of a condition, or of a variable, in one run. */
export type BatchOutcome = z.infer<typeof batchOutcomeSchema>;

export const batchRunSchema = z.object({
  id: z.string(),
  seed: z.int().optional().meta({ description: "absent where run.json has none" }),
  settings: settingsSchema,
  status: z.enum(RUN_STATUSES),
  ended_by: z.enum(ENDED_BY).optional().meta({ description: "absent where the writer was not told" }),
  end_reason: z
    .string()
    .optional()
    .meta({ description: "what simulation_end says; absent where there is none, or it says nothing" }),
  start_time: timestampSchema.optional().meta({ description: "absent where it is not known" }),
  end_time: timestampSchema.optional().meta({ description: "absent while it runs" }),
  turns: count.meta({ description: "the highest turn so far" }),
  event_count: count,
  dropped: count.meta({ description: "events that the writer had to give up" }),
  refusals: count.optional().meta({ description: "actions not done; absent without a summary.json" }),
  failures: count.optional().meta({ description: "decisions that failed; absent without a summary.json" }),
  unknown: z
    .string()
    .optional()
    .meta({ description: "why nothing is known of its variables; absent where its summary.json tells" }),
  distance: z.number().optional().meta({
    description:
      "how far from the others it goes over its turns: 1 is as far as runs do on average; absent where it is not known",
  }),
  group: z
    .string()
    .optional()
    .meta({ description: "in which the runs part into; absent where they do not, or it is in none" }),
  outcomes: z.array(batchOutcomeSchema).meta({ description: "in the order in which they were asked for" }),
  end: z.array(batchOutcomeSchema).meta({ description: "values, in the order of end_variables" }),
});
export type BatchRun = z.infer<typeof batchRunSchema>;

/** Of fewer runs than have the variable a turn knows: those that had ended count no more, those in which it was not there do not. */
export const bandsSchema = z.object({
  turns: z.array(turnNumberSchema),
  p10: z.array(z.number().nullable()),
  p50: z.array(z.number().nullable()),
  p90: z.array(z.number().nullable()),
  runs: z.array(count).meta({
    description:
      "how many runs are counted: a value holds until its next write, a run that has ended counts no more",
  }),
});
export type Bands = z.infer<typeof bandsSchema>;

export const spreadSchema = z.object({
  runs: count,
  least: z.number(),
  p10: z.number(),
  p50: z.number(),
  p90: z.number(),
  greatest: z.number(),
  mean: z.number(),
});
/** How numbers of several runs lie. */
export type Spread = z.infer<typeof spreadSchema>;

const endValues = {
  values: z
    .array(z.object({ value: jsonValueSchema, runs: count }))
    .optional()
    .meta({ description: "its values at the ends of the runs, commonest first; absent of numbers" }),
  values_left_out: count
    .optional()
    .meta({ description: "so many rarer values are not listed; absent where all are" }),
};

export const batchVariableSchema = z.object({
  ...names,
  runs: count.meta({ description: "in how many it is known" }),
  kind: z.enum(["number", "other"]).meta({ description: "number: it was one in every run at its end" }),
  bands: bandsSchema.optional().meta({
    description: "absent where it is no number, and in a long list; curves has them of every one",
  }),
  end: spreadSchema
    .extend({
      histogram: z.object({
        from: z.number(),
        to: z.number(),
        counts: z.array(count).meta({ description: "of parts of equal width; the last one has its end" }),
      }),
    })
    .optional()
    .meta({ description: "its values at the ends of the runs; absent where it is no number" }),
  ...endValues,
});
export type BatchVariable = z.infer<typeof batchVariableSchema>;

const outcomeCounts = {
  runs: count,
  became: count.optional().meta({ description: "in how many it came to hold; absent of a variable" }),
  never: count.optional().meta({ description: "in how many it did not; absent of a variable" }),
  unknown: count,
  turns: spreadSchema
    .optional()
    .meta({ description: "when it came to hold, of those in which it did; absent where in none" }),
  end: spreadSchema
    .optional()
    .meta({ description: "of a variable its values at the end; absent where they are no numbers" }),
  ...endValues,
};

export const batchOutcomeCountsSchema = z.object({
  outcome: z.string().meta({ description: "as it was asked for" }),
  kind: z.enum(["condition", "variable"]),
  ...outcomeCounts,
  by_setting: z
    .array(z.object({ settings: settingsSchema, ...outcomeCounts }))
    .optional()
    .meta({ description: "the same of each combination of settings; absent where nothing was swept" }),
});
export type BatchOutcomeCounts = z.infer<typeof batchOutcomeCountsSchema>;

export const partingSchema = z.object({
  ...names,
  turn: turnNumberSchema.meta({
    description: "the first turn at whose end, and at every later one, the groups do not overlap in it",
  }),
  sentence: z.string(),
  groups: z
    .array(
      z.object({
        name: z.string().meta({ example: "fish < 40" }),
        least: z.number().meta({ description: "of the values at the ends of its runs" }),
        greatest: z.number(),
        runs: z.array(z.string()),
      }),
    )
    .meta({ description: "two, by the variable's value at the end, the lower first" }),
  by: z
    .object({
      ...names,
      setting: z
        .string()
        .optional()
        .meta({ description: "the setting that it is; absent where it is a variable" }),
      turn: turnNumberSchema.meta({ description: "at whose end; 0 of a setting" }),
      at_least: z.number().meta({ description: "what puts a run into one group, and less into the other" }),
      group: z.string().meta({ description: "into which group" }),
      right: z.number().meta({ description: "the part of the runs that it puts right, from 0 to 1" }),
      runs: count.meta({ description: "of how many runs" }),
      chance: z.number().meta({
        description: "how often groups drawn by lot are told apart as well by anything that was looked at",
      }),
      sentence: z.string(),
    })
    .optional()
    .meta({
      description: "the earliest variable that tells the groups apart; absent where no earlier one does",
    }),
});
/** Where the runs of a batch part into groups that stay apart. */
export type Parting = z.infer<typeof partingSchema>;

export const batchHeatSchema = z.object({
  rows: sweptSchema,
  columns: sweptSchema,
  cells: z.array(z.array(z.array(z.string()))).meta({ description: "ids of the runs, by row and column" }),
});
export type BatchHeat = z.infer<typeof batchHeatSchema>;

export const batchAnswerSchema = z.object({
  batch: batchSummarySchema,
  runs: z.array(batchRunSchema).meta({ description: "by settings, then seed" }),
  end_variables: z
    .array(z.object(names))
    .meta({ description: "whose values at the end each run tells: those that differ most, few" }),
  missing: z
    .array(
      z.object({
        id: z.string(),
        seed: z.int(),
        settings: settingsSchema,
        shard: shardNumber.optional().meta({ description: "that makes it; absent where there are none" }),
      }),
    )
    .meta({ description: "runs that were asked for and are not there, at most a hundred" }),
  missing_total: count,
  missing_seeds: z
    .array(
      z.object({
        settings: settingsSchema,
        runs: count,
        seeds: z.string().meta({ description: "as `--seeds` takes them", example: "5,17..20" }),
      }),
    )
    .meta({ description: "the same by settings, of at most a hundred combinations" }),
  shards: z
    .object({
      of: z.int().min(1).meta({ description: "into how many shards the batch was divided" }),
      unfinished: z
        .array(
          z.object({
            shard: shardNumber,
            missing: count,
            interrupted: count,
            failed: count,
            running: count,
          }),
        )
        .meta({ description: "those of which not every run has been completed" }),
    })
    .optional()
    .meta({ description: "absent where it was made as one" }),
  variables: z
    .array(batchVariableSchema)
    .meta({ description: "the world's first; at most a thousand, variables_total are there" }),
  variables_total: count,
  outcomes: z.array(batchOutcomeCountsSchema),
  parting: partingSchema.optional().meta({ description: "absent where the runs do not part" }),
  no_parting: z
    .string()
    .optional()
    .meta({ description: "why none is told of, in a sentence; absent where the runs part" }),
  middle: z
    .string()
    .optional()
    .meta({ description: "the run nearest to all others; absent where fewer than three are known" }),
  farthest: z.string().optional().meta({ description: "the run farthest from them; absent where middle is" }),
  heat: batchHeatSchema
    .optional()
    .meta({ description: "the runs by two settings; absent where not two were swept" }),
  ...completeness,
});
export type BatchAnswer = z.infer<typeof batchAnswerSchema>;

export const batchQuerySchema = z.strictObject({
  outcome: repeated(z.array(z.string().min(1).max(2000)).max(MAX_OUTCOMES))
    .optional()
    .meta({
      description:
        "a condition, when it came to hold at a turn's end, or a variable, what it was at the end; given again for several",
      example: ["fish < 50"],
    }),
});
export type BatchQuery = z.input<typeof batchQuerySchema>;

export const batchCurvesQuerySchema = z.strictObject({ variable, agent_id: agentOfVariable.optional() });
export type BatchCurvesQuery = z.input<typeof batchCurvesQuerySchema>;

export const batchCurvesAnswerSchema = z.object({
  ...batchVariableSchema.shape,
  curves: z
    .array(
      z.object({
        id: z.string(),
        turns: count.meta({ description: "the run's last turn: up to it the last value holds" }),
        points: z.array(z.tuple([turnNumberSchema]).rest(jsonValueSchema)).meta({
          description:
            "turn and value, where the value at a turn's end is another than before; [turn] where it was gone",
        }),
      }),
    )
    .meta({ description: "of the runs of which it is known" }),
  every_turns: z
    .int()
    .min(1)
    .meta({ description: "points stand at least so many turns apart: 1 where none were left out" }),
  ...completeness,
});
export type BatchCurvesAnswer = z.infer<typeof batchCurvesAnswerSchema>;

const batchParts = z.object({
  id: z
    .string()
    .meta({ description: "the batch: what its runs' ids begin with", examples: ["market-1f0c2a9b"] }),
});

export const batches = defineEndpoint({
  path: "/batches",
  operationId: "listBatches",
  summary: "Every batch of runs, newest first",
  tag: "batches",
  parts: noParts,
  query: noQuery,
  answer: batchListSchema,
  answers: "The batches.",
  errors: [],
});

export const batch = defineEndpoint({
  path: "/batches/:id",
  operationId: "getBatch",
  summary: "What became of the runs of a batch, and where they part",
  description:
    "All of it comes from run.json and summary.json, which say what was so at the end of each turn: whether a condition held within one is not known.",
  tag: "batches",
  parts: batchParts,
  query: batchQuerySchema,
  answer: batchAnswerSchema,
  answers: "Runs, variables over turns and at the end, outcomes, and how the runs part.",
  errors: ["BATCH_NOT_FOUND"],
});

export const batchCurves = defineEndpoint({
  path: "/batches/:id/curves",
  operationId: "getBatchCurves",
  summary: "One variable in every run of a batch, over turns",
  tag: "batches",
  parts: batchParts,
  query: batchCurvesQuerySchema,
  answer: batchCurvesAnswerSchema,
  answers: "A curve for each run, and how they lie together.",
  errors: ["BATCH_NOT_FOUND"],
});
