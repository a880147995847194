import { agentIdSchema, simulationIdSchema, variableSummarySchema } from "@llm-sim/events/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { count, runParts } from "./fields.ts";
import { completeness } from "./gap.ts";

/** Where what is known of variables comes from. */
export const VARIABLE_SOURCES = ["summary", "log", "none"] as const;
/** Characters; of longer texts there is no curve. */
export const MAX_POINT_TEXT = 64;

export const variablesQuerySchema = z.strictObject({
  q: z.string().default("").meta({
    description: "text in the variable's name, as it is written: alice.wealth; case plays no part",
  }),
  agent_id: agentIdSchema.optional().meta({ description: "this agent's alone" }),
  points: z.int().min(0).max(200).default(60).meta({
    description: "of each variable at most so many values by turn, spread evenly over the run",
  }),
  limit: z.int().min(1).max(1000).default(100),
  offset: z.int().min(0).default(0),
});
export type VariablesQuery = z.input<typeof variablesQuerySchema>;

export const variablesAnswerSchema = z.object({
  simulation_id: simulationIdSchema,
  from: z.enum(VARIABLE_SOURCES).meta({
    description:
      "summary: summary.json, which is there once a run is over, at every verbosity; log: its STATE events; none: the log has none, and there is no summary.json (yet)",
  }),
  turns: count.meta({ description: "the last that was begun: how far the points go" }),
  variables: z.array(
    variableSummarySchema.extend({
      points: variableSummarySchema.shape.points.meta({
        description: `turn and value, where the value at a turn's end is another than before; [turn] where it was gone; of numbers, booleans and texts of at most ${MAX_POINT_TEXT} characters, the least and the greatest that stood at a turn's end among them; absent of others`,
      }),
    }),
  ),
  total: count.meta({ description: "how many match" }),
  has_more: z.boolean(),
  left_out: count
    .optional()
    .meta({ description: "variables that summary.json has no room for; absent where it has all" }),
  ...completeness,
});
export type VariablesAnswer = z.infer<typeof variablesAnswerSchema>;

export const variables = defineEndpoint({
  path: "/simulations/:id/variables",
  operationId: "listVariables",
  summary: "What became of each variable: first, last, least, greatest, and its curve",
  description:
    "The world's and each agent's, in the order in which they came. While a run goes on, as far as it has come.",
  tag: "explanations",
  parts: runParts,
  query: variablesQuerySchema,
  answer: variablesAnswerSchema,
  answers: "The variables that match.",
  errors: ["SIMULATION_NOT_FOUND"],
});
