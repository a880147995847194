import { eventIdSchema, eventSchema, simulationIdSchema } from "@llm-sim/events/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { count, eventParts } from "./fields.ts";
import { completeness } from "./gap.ts";
import { stepSchema, truncatedBySchema } from "./steps.ts";

export const DEFAULT_EFFECTS_DEPTH = 5;
export const MAX_EFFECTS_DEPTH = 20;

const queryShape = {
  depth: z.int().min(1).max(MAX_EFFECTS_DEPTH).default(DEFAULT_EFFECTS_DEPTH),
};
/** The event stands in the path. */
const httpQuerySchema = z.strictObject(queryShape);

export const effectsQuerySchema = z.strictObject({ event_id: eventIdSchema, ...queryShape });
export type EffectsQuery = z.input<typeof effectsQuerySchema>;

export const effectsAnswerSchema = z.object({
  simulation_id: simulationIdSchema,
  event_id: eventIdSchema,
  event: eventSchema,
  summary: z.string(),
  steps: z.array(stepSchema).meta({ description: "nearest first; the first is the event itself" }),
  events: count.meta({ description: "effects to that depth, each once" }),
  changes: count.meta({ description: "how many of them change the state" }),
  depth: z.int().min(1),
  ...completeness,
  truncated: z.boolean(),
  truncated_by: truncatedBySchema,
});
export type EffectsAnswer = z.infer<typeof effectsAnswerSchema>;

export const effects = defineEndpoint({
  path: "/simulations/:id/effects/:event_id",
  operationId: "getEffects",
  summary: "What an event led to, in sentences",
  tag: "explanations",
  parts: eventParts,
  query: httpQuerySchema,
  answer: effectsAnswerSchema,
  answers: "One sentence for each step, repetitions told together.",
  errors: ["SIMULATION_NOT_FOUND", "EVENT_NOT_FOUND"],
});
