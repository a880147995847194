import { agentIdSchema, simulationIdSchema, turnNumberSchema } from "@llm-sim/events/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { count, runParts } from "./fields.ts";
import { completeness } from "./gap.ts";

/** Values that one answer holds at most; so many are some 3 MB. */
export const MAX_VALUES_BY_TURN = 400_000;
/** Characters of a text that are told. */
export const MAX_VALUE_TEXT = 200;

export const valuesQuerySchema = z.strictObject({
  variable: z.string().min(1).meta({
    description: "whose values: price of the world, alice.wealth of one agent, *.wealth of everyone",
    example: "*.wealth",
  }),
  turn_start: turnNumberSchema.optional(),
  turn_end: turnNumberSchema.optional(),
  limit: z
    .int()
    .min(1)
    .max(MAX_VALUES_BY_TURN)
    .default(100_000)
    .meta({ description: "where there are more values, they are told every so many turns" }),
});
export type ValuesQuery = z.input<typeof valuesQuerySchema>;

const valueSchema = z.union([z.number(), z.string(), z.boolean(), z.null()]);
export type ValueAtTurn = z.infer<typeof valueSchema>;

const pointSchema = z.union([z.tuple([turnNumberSchema, valueSchema]), z.tuple([turnNumberSchema])]);

export const valuesAnswerSchema = z.object({
  simulation_id: simulationIdSchema,
  variable: z.string(),
  turn_start: turnNumberSchema,
  turn_end: turnNumberSchema,
  every: count.meta({
    description:
      "values are those at the end of turn_start, of every so-manieth turn after it, and of turn_end",
  }),
  series: z
    .array(
      z.object({
        agent_id: agentIdSchema.optional().meta({ description: "absent of the world's variable" }),
        points: z.array(pointSchema).meta({
          description: `a turn and the value at its end, where it is another than before; a turn alone: the variable went. Of a text the first ${MAX_VALUE_TEXT} characters; an array or an object is told as JSON`,
        }),
      }),
    )
    .meta({ description: "in the order in which the variables appeared" }),
  ...completeness,
});
export type ValuesAnswer = z.infer<typeof valuesAnswerSchema>;

export const values = defineEndpoint({
  path: "/simulations/:id/values",
  operationId: "getValues",
  summary: "A variable's value at the end of each turn, of one or of everyone who has it",
  tag: "explanations",
  parts: runParts,
  query: valuesQuerySchema,
  answer: valuesAnswerSchema,
  answers: "The values, where they are others than before.",
  errors: ["SIMULATION_NOT_FOUND"],
});
