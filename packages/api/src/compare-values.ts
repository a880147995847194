import { agentIdSchema, jsonValueSchema, simulationIdSchema, turnNumberSchema } from "@llm-sim/events/schema";
import * as z from "zod";
import { compareQuerySchema, VALUES_FROM } from "./compare.ts";
import { defineEndpoint } from "./endpoint.ts";
import { count, noParts } from "./fields.ts";
import { completeness } from "./gap.ts";

const MAX_COMPARED_VALUES = 1000;
export const VALUE_ORDERS = ["difference", "relative", "name"] as const;
export type ValueOrder = (typeof VALUE_ORDERS)[number];

export const compareValuesQuerySchema = compareQuerySchema.extend({
  turn: turnNumberSchema
    .optional()
    .meta({ description: "at the end of this turn in both runs; without it, at the end of each" }),
  agent_id: z
    .union([agentIdSchema, z.literal("")])
    .optional()
    .meta({ description: "this agent's alone; given and empty, the world's" }),
  order: z.enum(VALUE_ORDERS).default("difference").meta({
    description:
      "the furthest apart first, by right - left or by that in relation to the values, what differs and is no number behind the numbers; or by name",
  }),
  equal: z.boolean().default(false).meta({ description: "also those that are the same" }),
  limit: z.int().min(1).max(MAX_COMPARED_VALUES).default(100),
  offset: z.int().min(0).default(0),
});
export type CompareValuesQuery = z.input<typeof compareValuesQuerySchema>;

export const comparedValueSchema = z.object({
  agent_id: agentIdSchema.optional().meta({ description: "whose; absent of the world's" }),
  variable: z.string(),
  left: jsonValueSchema.optional().meta({ description: "absent where the left has no such variable then" }),
  right: jsonValueSchema.optional().meta({ description: "absent where the right has none" }),
  difference: z.number().optional().meta({ description: "right - left, where both are numbers" }),
  relative: z.number().min(0).max(1).meta({
    description:
      "|left - right| / (|left| + |right|) of two numbers; of anything else 1 where it differs, else 0",
  }),
});
export type ComparedValue = z.infer<typeof comparedValueSchema>;

const valuesSideSchema = z.object({
  simulation_id: simulationIdSchema,
  turn: turnNumberSchema.meta({ description: "the turn at whose end these are the values" }),
  from: z.enum(VALUES_FROM).meta({
    description:
      "`log`: the changes of the state; `summary`: what summary.json keeps, of a run whose log has no state; `none` where there is neither",
  }),
});

export const compareValuesAnswerSchema = z.object({
  left: valuesSideSchema,
  right: valuesSideSchema,
  values: z.array(comparedValueSchema),
  total: count.meta({ description: "how many match" }),
  differing: count.meta({ description: "how many of the variables asked about differ" }),
  known: count.meta({ description: "how many there are of them, in either run" }),
  has_more: z.boolean(),
  ...completeness,
});
export type CompareValuesAnswer = z.infer<typeof compareValuesAnswerSchema>;

export const compareValues = defineEndpoint({
  path: "/compare/values",
  operationId: "compareValues",
  summary: "The values of two runs side by side",
  tag: "explanations",
  parts: noParts,
  query: compareValuesQuerySchema,
  answer: compareValuesAnswerSchema,
  answers: "Each variable with its value on the left and on the right, and how far they are apart.",
  errors: ["SIMULATION_NOT_FOUND"],
});
