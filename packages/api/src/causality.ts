import { type Event, eventIdSchema, eventSchema } from "@llm-sim/events/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { eventParts } from "./fields.ts";
import { completeness } from "./gap.ts";

export const DEFAULT_CAUSALITY_DEPTH = 5;
export const MAX_CAUSALITY_DEPTH = 20;

export const causalityQuerySchema = z.strictObject({
  depth: z
    .int()
    .min(1)
    .max(MAX_CAUSALITY_DEPTH)
    .default(DEFAULT_CAUSALITY_DEPTH)
    .meta({ description: "how many steps each way" }),
  turn_markers: z.boolean().default(false).meta({
    description:
      "beginnings and ends of turns, too, last of what is equally near; always where one is asked about",
  }),
});
export type CausalityQuery = z.input<typeof causalityQuerySchema>;

export const causalityEntrySchema = z
  .intersection(eventSchema, z.looseObject({ depth: z.int().min(1) }))
  .meta({ description: "an event, and how many steps it is away, the shortest way" });
export type CausalityEntry = z.infer<typeof causalityEntrySchema>;

const missingCauseSchema = z.object({ event_id: z.string(), referenced_by: eventIdSchema });
export type MissingCause = z.infer<typeof missingCauseSchema>;

export const causalityAnswerSchema = z.object({
  event_id: eventIdSchema,
  event: eventSchema,
  upstream: z
    .array(causalityEntrySchema)
    .meta({ description: "what led to it, breadth first, each event once" }),
  downstream: z
    .array(causalityEntrySchema)
    .meta({ description: "what it led to, breadth first, each event once" }),
  missing: z
    .array(missingCauseSchema)
    .meta({ description: "events that are named as causes, but are not in the log" }),
  truncated: z.boolean().meta({ description: "there is more than depth, or than 10,000 entries" }),
  ...completeness,
});
export type CausalityAnswer = z.infer<typeof causalityAnswerSchema>;

/** The answer of what was found, where an event and its depth are told of apart. */
export function causalityAnswerOf(
  found: Omit<CausalityAnswer, "upstream" | "downstream"> &
    Record<"upstream" | "downstream", readonly { event: Event; depth: number }[]>,
): CausalityAnswer {
  return { ...found, upstream: found.upstream.map(entryOf), downstream: found.downstream.map(entryOf) };
}

function entryOf({ event, depth }: { event: Event; depth: number }): CausalityEntry {
  return { ...event, depth };
}

export const causality = defineEndpoint({
  path: "/simulations/:id/causality/:event_id",
  operationId: "getCausality",
  summary: "What led to an event, and what it led to",
  tag: "events",
  parts: eventParts,
  query: causalityQuerySchema,
  answer: causalityAnswerSchema,
  answers: "The causes and the effects, nearest first.",
  errors: ["SIMULATION_NOT_FOUND", "EVENT_NOT_FOUND"],
});
