import { eventIdSchema, simulationIdSchema, turnNumberSchema } from "@llm-sim/events/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { count, runParts } from "./fields.ts";
import { completeness } from "./gap.ts";

export const phasesQuerySchema = z.strictObject({
  limit: z.int().min(1).max(10_000).default(1000),
  offset: z.int().min(0).default(0),
});
export type PhasesQuery = z.input<typeof phasesQuerySchema>;

export const phaseSchema = z.object({
  name: z.string(),
  event_id: eventIdSchema.meta({ description: "the phase_transition" }),
  turn_start: turnNumberSchema.meta({ description: "in which it began" }),
  turn_end: turnNumberSchema.meta({
    description: "in which the next one began; of the last, the run's last turn so far",
  }),
  description: z.string().optional().meta({ description: "absent where nobody gave one" }),
});
export type Phase = z.infer<typeof phaseSchema>;

export const phasesAnswerSchema = z.object({
  simulation_id: simulationIdSchema,
  phases: z.array(phaseSchema).meta({ description: "in order of the log" }),
  total: count,
  has_more: z.boolean(),
  ...completeness,
});
export type PhasesAnswer = z.infer<typeof phasesAnswerSchema>;

export const phases = defineEndpoint({
  path: "/simulations/:id/phases",
  operationId: "listPhases",
  summary: "The phases that a run went through, and the turns they cover",
  tag: "explanations",
  parts: runParts,
  query: phasesQuerySchema,
  answer: phasesAnswerSchema,
  answers: "The phases in their order.",
  errors: ["SIMULATION_NOT_FOUND"],
});
