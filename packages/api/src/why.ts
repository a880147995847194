import {
  agentIdSchema,
  EVENT_TYPES,
  eventIdSchema,
  eventSchema,
  jsonValueSchema,
  simulationIdSchema,
  turnNumberSchema,
} from "@llm-sim/events/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { agentOfVariable, count, runParts, variable } from "./fields.ts";
import { completeness } from "./gap.ts";
import { amountSchema, repetitionSchema, stepSchema, truncatedBySchema } from "./steps.ts";

export const MAX_WHY_DEPTH = 100;
export const MAX_STRETCHES = 200;

/** Either a variable (at a turn's end, without it now) or an event. */
export const whyQuerySchema = z.strictObject({
  variable: variable.optional(),
  agent_id: agentOfVariable.optional(),
  turn: turnNumberSchema
    .optional()
    .meta({ description: "the variable's value at the end of this turn; without it, at the end of the log" }),
  since: turnNumberSchema
    .optional()
    .meta({ description: "where the ledger begins: at the end of this turn; default 0, the set-up" }),
  stretches: z.int().min(1).max(MAX_STRETCHES).optional().meta({
    description: "also tell the ledger over turns, in at most so many stretches of equally many turns",
  }),
  event_id: eventIdSchema.optional().meta({ description: "explain this event; not together with variable" }),
  depth: z.int().min(1).max(MAX_WHY_DEPTH).optional().meta({
    description:
      "everything up to so many steps back along caused_by; without it what explains it, in at most 12 steps",
  }),
});
export type WhyQuery = z.input<typeof whyQuerySchema>;

const standSchema = z.object({ value: z.number(), turn: turnNumberSchema, event_id: eventIdSchema });

export const ledgerEntrySchema = z.object({
  label: z.string().meta({ description: "what brought the changes about", example: "harvest by ann" }),
  event_type: z
    .enum(EVENT_TYPES)
    .optional()
    .meta({ description: "of the cause; absent for what the log does not explain" }),
  agent_id: agentIdSchema.optional().meta({ description: "of the cause; absent where it is no agent's" }),
  amount: amountSchema,
  ...repetitionSchema,
});
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

const stretchSchema = z.object({
  turn_start: turnNumberSchema,
  turn_end: turnNumberSchema,
  value: z.number().meta({ description: "of the variable at the end of the last of these turns" }),
  amounts: z
    .array(amountSchema)
    .meta({ description: "what each entry brought in these turns, in their order" }),
});
export type LedgerStretch = z.infer<typeof stretchSchema>;

export const ledgerSchema = z.object({
  from: standSchema,
  to: standSchema,
  change: amountSchema.meta({
    description: "to.value - from.value; the entries' amounts add up to it exactly",
  }),
  entries: z.array(ledgerEntrySchema).meta({ description: "the largest first" }),
  stretches: z.array(stretchSchema).optional().meta({
    description:
      "the same over turns: of each entry these amounts add up to its own; those without a change are left out. Absent where they were not asked for",
  }),
});
export type Ledger = z.infer<typeof ledgerSchema>;

export const costSchema = z.object({
  calls: count.meta({ description: "attempts, those in vain among them" }),
  tokens: count.meta({ description: "asked and answered" }),
  usd: z.number().min(0).meta({ description: "of the calls whose price is known" }),
  unpriced: count.meta({ description: "calls that used tokens, and whose price is not known" }),
});
export type Cost = z.infer<typeof costSchema>;

export const whyAnswerSchema = z.object({
  simulation_id: simulationIdSchema,
  variable: z.string().optional().meta({ description: "absent where an event was asked about" }),
  agent_id: agentIdSchema
    .optional()
    .meta({ description: "whose variable; absent of the world's, and of an event" }),
  turn: turnNumberSchema.optional().meta({ description: "the turn at whose end the variable was looked at" }),
  value: jsonValueSchema
    .optional()
    .meta({ description: "of the variable then; absent where it had been removed" }),
  event_id: eventIdSchema.meta({ description: "the event explained: for a variable its last write" }),
  event: eventSchema,
  summary: z.string().meta({ description: "the answer in one sentence" }),
  steps: z.array(stepSchema).meta({ description: "nearest first; the first is the event itself" }),
  ledger: ledgerSchema
    .optional()
    .meta({ description: "of a variable that is a number: from its value at `since` to this one" }),
  refused: z.array(z.object({ sentence: z.string(), event_id: eventIdSchema, turn: turnNumberSchema })).meta({
    description:
      "what the agent tried since that write, up to the turn in question, and was not let, the latest first; at most 20",
  }),
  cost: costSchema.optional().meta({
    description: "what the model calls behind it came to, each once; absent where there are none",
  }),
  depth: z.int().min(0),
  ...completeness,
  truncated: z
    .boolean()
    .meta({ description: "there are causes further back than depth, or more than are told" }),
  truncated_by: truncatedBySchema,
});
export type WhyAnswer = z.infer<typeof whyAnswerSchema>;

export const why = defineEndpoint({
  path: "/simulations/:id/why",
  operationId: "getWhy",
  summary: "Why a variable has its value, or why an event happened",
  tag: "explanations",
  parts: runParts,
  query: whyQuerySchema,
  answer: whyAnswerSchema,
  answers:
    "The smallest chain that explains it, one sentence for each step; for a number, what it is made of.",
  errors: ["SIMULATION_NOT_FOUND", "EVENT_NOT_FOUND"],
});
