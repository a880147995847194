import { agentIdSchema, EVENT_TYPES, simulationIdSchema, turnNumberSchema } from "@llm-sim/events/schema";
import * as z from "zod";
import { compareQuerySchema, DIFFERENCE_KINDS, differenceSchema } from "./compare.ts";
import { defineEndpoint } from "./endpoint.ts";
import { count, noParts } from "./fields.ts";
import { completeness } from "./gap.ts";

export const MAX_DIFFERENCES = 1000;

/** How a difference stands to the first: it is the first, follows from it, or does not. */
export const RELATIONS = ["first", "following", "independent"] as const;
export type Relation = (typeof RELATIONS)[number];

export const compareDifferencesQuerySchema = compareQuerySchema.extend({
  agent_id: z
    .union([agentIdSchema, z.literal("")])
    .optional()
    .meta({
      description: "of this agent alone; given and empty, of no agent: the world's and the machinery's",
    }),
  event_type: z.enum(EVENT_TYPES).optional(),
  name: z.string().optional().meta({ description: "as in a difference's key" }),
  kind: z.enum(DIFFERENCE_KINDS).optional(),
  relation: z.enum(RELATIONS).optional(),
  turn_start: turnNumberSchema.optional(),
  turn_end: turnNumberSchema.optional(),
  limit: z.int().min(1).max(MAX_DIFFERENCES).default(100),
  offset: z.int().min(0).default(0),
});
export type CompareDifferencesQuery = z.input<typeof compareDifferencesQuerySchema>;

export const relatedDifferenceSchema = differenceSchema.extend({
  relation: z.enum(RELATIONS).meta({
    description: "to the first divergence: it is the first, it follows from it, or it does not",
  }),
});
export type RelatedDifference = z.infer<typeof relatedDifferenceSchema>;

export const compareDifferencesAnswerSchema = z.object({
  left: simulationIdSchema,
  right: simulationIdSchema,
  differences: z
    .array(relatedDifferenceSchema)
    .meta({ description: "turn by turn, in the order of the log" }),
  total: count.meta({ description: "how many match" }),
  has_more: z.boolean(),
  ...completeness,
});
export type CompareDifferencesAnswer = z.infer<typeof compareDifferencesAnswerSchema>;

export const compareDifferences = defineEndpoint({
  path: "/compare/differences",
  operationId: "listDifferences",
  summary: "Every event in which two runs differ",
  description: "A page of them. Each page reads both logs, as /compare does.",
  tag: "explanations",
  parts: noParts,
  query: compareDifferencesQuerySchema,
  answer: compareDifferencesAnswerSchema,
  answers: "The differences that match, in order.",
  errors: ["SIMULATION_NOT_FOUND"],
});
