import { agentIdSchema, eventIdSchema, simulationIdSchema, turnNumberSchema } from "@llm-sim/events/schema";
import * as z from "zod";
import { completeness } from "./gap.ts";

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
