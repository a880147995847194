import {
  agentIdSchema,
  EVENT_TYPES,
  eventIdSchema,
  eventSchema,
  jsonValueSchema,
  recordByName,
  simulationIdSchema,
  turnNumberSchema,
  verbosityLevelSchema,
} from "@llm-sim/events/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { count, noParts } from "./fields.ts";
import { completeness } from "./gap.ts";

export const compareQuerySchema = z.strictObject({
  left: z.string().min(1).meta({ description: "a run's id" }),
  right: z.string().min(1).meta({ description: "a run's id" }),
});
export type CompareQuery = z.input<typeof compareQuerySchema>;

/** Where values of a run come from. */
export const VALUES_FROM = ["log", "summary", "none"] as const;
export type ValuesFrom = (typeof VALUES_FROM)[number];

export const DIFFERENCE_KINDS = ["changed", "only_left", "only_right"] as const;

/** Where an event stands in a run, whatever its id and time. */
export const logicalKeySchema = z.object({
  turn: turnNumberSchema,
  event_type: z.enum(EVENT_TYPES),
  agent_id: agentIdSchema.optional().meta({ description: "of a SYSTEM event, whom it concerns" }),
  name: z.string().meta({
    description: "decision_type, action_type, variable_name, calculation_type, milestone_type or error_type",
  }),
  occurrence: z.int().min(1).meta({ description: "the how-many-th of these in the turn" }),
});
export type LogicalKey = z.infer<typeof logicalKeySchema>;

export const fieldDifferenceSchema = z.object({
  path: z.string().meta({ description: "JSON Pointer", example: "/new_value" }),
  left: jsonValueSchema
    .optional()
    .meta({ description: "absent where the left has none there, or left_text stands for it" }),
  right: jsonValueSchema
    .optional()
    .meta({ description: "absent where the right has none there, or right_text stands for it" }),
  left_text: z.string().optional().meta({
    description:
      "what the left says, in some 60 characters; with right_text, where the JSON values do not show it: they are left out for their size, differ far behind, or were altered to be recorded, as NaN is",
    example: "NaN (altered)",
  }),
  right_text: z.string().optional().meta({ description: "the same of the right" }),
});
export type FieldDifference = z.infer<typeof fieldDifferenceSchema>;

export const differenceSchema = z.object({
  kind: z.enum(DIFFERENCE_KINDS),
  key: logicalKeySchema,
  sentence: z.string().meta({ description: "for a person" }),
  left_event_id: eventIdSchema.optional().meta({ description: "absent where only the right run has it" }),
  right_event_id: eventIdSchema.optional().meta({ description: "absent where only the left run has it" }),
  left: eventSchema
    .optional()
    .meta({ description: "absent where only the right run has it, and where it is larger than 256 KB" }),
  right: eventSchema
    .optional()
    .meta({ description: "absent where only the left run has it, and where it is larger than 256 KB" }),
  fields: z.array(fieldDifferenceSchema).meta({
    description:
      "what differs between the two events: at least one where changed, else none; at most 20. Of /caused_by, the causes that the other run's event has not",
  }),
});
export type Difference = z.infer<typeof differenceSchema>;

const contextLineSchema = z.object({ event_id: eventIdSchema, text: z.string() });
export type ContextLine = z.infer<typeof contextLineSchema>;

const sideSchema = z.object({
  simulation_id: simulationIdSchema,
  events: z.int().min(0),
  turns: turnNumberSchema.meta({ description: "the last turn" }),
  verbosity: verbosityLevelSchema.optional().meta({ description: "absent where no run.json says it" }),
});

const distanceSchema = z.object({
  differing: z.int().min(0).meta({ description: "how many variables differ" }),
  distance: z
    .number()
    .min(0)
    .meta({ description: "sum of |left - right| over those that are numbers in both runs" }),
});

const apartness = z.number().min(0).max(1);

export const turnDistanceSchema = distanceSchema.extend({
  turn: turnNumberSchema,
  known: count.meta({ description: "how many variables either run has had by then" }),
  share: apartness.meta({ description: "of these, the share that differs: differing / known" }),
  normalised: apartness.meta({
    description:
      "the mean over these of how far each is apart, from 0 to 1: |left - right| / (|left| + |right|) of two numbers (0.1 is 90 against 110), 1 of anything else that differs, also where one run has it alone",
  }),
  variables: recordByName(distanceSchema).meta({
    description: "by variable name; the 50 with the most differing",
  }),
  agents: recordByName(distanceSchema).meta({
    description: "by agent, the world's under an empty name; the 50 with the most differing",
  }),
});
export type TurnDistance = z.infer<typeof turnDistanceSchema>;

/** Differences of one agent and one name, counted. */
export const differenceGroupSchema = z.object({
  agent_id: agentIdSchema.optional().meta({ description: "absent of the world's and the machinery's" }),
  event_type: z.enum(EVENT_TYPES),
  name: z.string().meta({ description: "as in a difference's key: a decision's decision_type" }),
  total: count,
  changed: count,
  only_left: count,
  only_right: count,
  following: count.meta({ description: "follow from the first divergence" }),
  turn_start: turnNumberSchema.meta({ description: "the first turn with one" }),
  turn_end: turnNumberSchema.meta({ description: "the last" }),
});
export type DifferenceGroup = z.infer<typeof differenceGroupSchema>;

export const compareAnswerSchema = z.object({
  left: sideSchema,
  right: sideSchema,
  equal: z.boolean().meta({
    description:
      "no event differs, in what it says or in its causes, and no state; how the runs were set up, ids, times, latencies and retries do not count",
  }),
  summary: z.string().meta({ description: "the answer in one sentence" }),
  compared_at: verbosityLevelSchema.meta({ description: "what both runs record" }),
  configuration: z.array(fieldDifferenceSchema).meta({
    description:
      "how the runs were set up differently: config, seed, versions, modules; where one has no run.json, what the beginnings of their logs say; at most 100",
  }),
  divergence: z
    .object({
      difference: differenceSchema,
      left: contextLineSchema
        .optional()
        .meta({ description: "the left's event in words; absent where it has none" }),
      right: contextLineSchema.optional().meta({ description: "the right's; absent where it has none" }),
      cause: z.string().meta({ description: "what the divergence comes from, in one sentence" }),
      left_causes: z
        .array(contextLineSchema)
        .meta({ description: "what led to it on the left, nearest first; at most 10" }),
      right_causes: z.array(contextLineSchema),
      before: z
        .array(contextLineSchema)
        .meta({ description: "the last events that both runs have (the left's), at most 3" }),
      left_after: z
        .array(contextLineSchema)
        .meta({ description: "the next events of the left run, at most 3" }),
      right_after: z.array(contextLineSchema),
    })
    .optional()
    .meta({ description: "absent where the runs are equal" }),
  differences: z.object({
    total: z.int().min(0),
    changed: z.int().min(0),
    only_left: z.int().min(0),
    only_right: z.int().min(0),
    following: z.int().min(0).meta({
      description:
        "follow from the first divergence: along caused_by in either run, and from one change of a variable to the next",
    }),
    independent: z.int().min(0).meta({ description: "do not; the divergence itself is in neither count" }),
  }),
  following: z.array(differenceSchema).meta({ description: "the first of them, at most 20" }),
  independent: z
    .array(differenceSchema)
    .meta({ description: "the first of those that have no differing cause themselves, at most 20" }),
  groups: z.array(differenceGroupSchema).meta({
    description:
      "all differences by agent, kind and name, the most first; at most 1,000. What is in one is listed by /compare/differences",
  }),
  groups_omitted: count.meta({ description: "groups beyond these" }),
  distances_from: z.enum(VALUES_FROM).meta({
    description:
      "what `turns` goes by: `log`, the changes of the state; `summary`, the values at turns' ends that summary.json keeps, where the log of one of them has no state; `none` where there is neither",
  }),
  turns: z.array(turnDistanceSchema).meta({
    description:
      "how far the states are apart at the end of turns: of each, or of at most 1,000 evenly chosen, from the first that differs",
  }),
  ...completeness,
});
export type CompareAnswer = z.infer<typeof compareAnswerSchema>;

export const compare = defineEndpoint({
  path: "/compare",
  operationId: "compareRuns",
  summary: "Where two runs part ways",
  description: "Reads both logs, beside the other requests: some seconds for two runs of a million events.",
  tag: "explanations",
  parts: noParts,
  query: compareQuerySchema,
  answer: compareAnswerSchema,
  answers:
    "The first divergence and its cause, what follows from it and what does not, and how far the states are apart.",
  errors: ["SIMULATION_NOT_FOUND"],
});
