import { agentIdSchema, eventIdSchema, simulationIdSchema, turnNumberSchema } from "@llm-sim/events/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { runParts } from "./fields.ts";
import { completeness } from "./gap.ts";

export const findQuerySchema = z.strictObject({
  expression: z.string().min(1).max(2000).meta({ example: "*.wealth < 0 and turn > 3" }),
  limit: z.int().min(1).max(10_000).default(100),
  offset: z.int().min(0).default(0),
});
export type FindQuery = z.input<typeof findQuerySchema>;

export const watchMomentSchema = z.object({
  turn: turnNumberSchema,
  event_id: eventIdSchema.meta({ description: "the event with which it became true" }),
  agent_id: agentIdSchema.optional().meta({ description: "for whom, where the expression has a *" }),
  sentence: z.string(),
  ended: z
    .object({ turn: turnNumberSchema, event_id: eventIdSchema })
    .optional()
    .meta({ description: "the event with which it was true no more; absent where it stayed true" }),
});
export type WatchMoment = z.infer<typeof watchMomentSchema>;

export const findAnswerSchema = z.object({
  simulation_id: simulationIdSchema,
  expression: z.string(),
  moments: z.array(watchMomentSchema).meta({ description: "when it became true, in order of the log" }),
  total: z.int().min(0),
  has_more: z.boolean(),
  ...completeness,
});
export type FindAnswer = z.infer<typeof findAnswerSchema>;

export const find = defineEndpoint({
  path: "/simulations/:id/find",
  operationId: "getMoments",
  summary: "When a condition on the state became true",
  tag: "explanations",
  parts: runParts,
  query: findQuerySchema,
  answer: findAnswerSchema,
  answers: "The moments in order of the log.",
  errors: ["SIMULATION_NOT_FOUND"],
});
