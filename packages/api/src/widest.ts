import { agentIdSchema, eventIdSchema, simulationIdSchema, turnNumberSchema } from "@llm-sim/events/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { count, runParts } from "./fields.ts";
import { completeness } from "./gap.ts";

export const widestQuerySchema = z.strictObject({
  horizon: z
    .int()
    .min(0)
    .max(20)
    .default(3)
    .meta({ description: "count effects up to so many turns after the decision's own" }),
  limit: z.int().min(1).max(100).default(10),
});
export type WidestQuery = z.input<typeof widestQuerySchema>;

export const wideDecisionSchema = z.object({
  event_id: eventIdSchema,
  turn: turnNumberSchema,
  agent_id: agentIdSchema,
  decision_type: z.string(),
  sentence: z.string(),
  events: count.meta({ description: "effects within the horizon, each once" }),
  changes: count.meta({ description: "how many of them change the state" }),
});
export type WideDecision = z.infer<typeof wideDecisionSchema>;

export const widestAnswerSchema = z.object({
  simulation_id: simulationIdSchema,
  horizon: count.meta({ description: "effects up to so many turns after the decision's own" }),
  decisions: z
    .array(wideDecisionSchema)
    .meta({ description: "most changes first, then most events, then the earlier" }),
  total: count.meta({ description: "how many decisions there are" }),
  truncated: z
    .boolean()
    .meta({ description: "turns were so long that not all of their effects were counted" }),
  ...completeness,
});
export type WidestAnswer = z.infer<typeof widestAnswerSchema>;

export const widest = defineEndpoint({
  path: "/simulations/:id/widest",
  operationId: "getWidest",
  summary: "The decisions that most follows from",
  tag: "explanations",
  parts: runParts,
  query: widestQuerySchema,
  answer: widestAnswerSchema,
  answers: "The decisions, those with the widest consequences first.",
  errors: ["SIMULATION_NOT_FOUND"],
});
