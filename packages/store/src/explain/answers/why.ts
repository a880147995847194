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
import { completeness } from "./gap.ts";
import { amountSchema, repetitionSchema, stepSchema } from "./steps.ts";

const standSchema = z.object({ value: z.number(), turn: turnNumberSchema, event_id: eventIdSchema });

export const ledgerEntrySchema = z.object({
  label: z.string().meta({ description: "what brought the changes about", example: "harvest by ann" }),
  event_type: z
    .enum(EVENT_TYPES)
    .optional()
    .meta({ description: "of the cause; absent for what the log does not explain" }),
  agent_id: agentIdSchema.optional(),
  amount: amountSchema,
  ...repetitionSchema,
});
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

export const ledgerSchema = z.object({
  from: standSchema,
  to: standSchema,
  change: amountSchema.meta({
    description: "to.value - from.value; the entries' amounts add up to it exactly",
  }),
  entries: z.array(ledgerEntrySchema).meta({ description: "the largest first" }),
});
export type Ledger = z.infer<typeof ledgerSchema>;

const truncatedBy = z
  .enum(["depth", "size"])
  .optional()
  .meta({ description: "depth: a greater one shows more; size: one answer does not hold more" });

export const whyAnswerSchema = z.object({
  simulation_id: simulationIdSchema,
  variable: z.string().optional(),
  agent_id: agentIdSchema.optional(),
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
  depth: z.int().min(0),
  ...completeness,
  truncated: z
    .boolean()
    .meta({ description: "there are causes further back than depth, or more than are told" }),
  truncated_by: truncatedBy,
});
export type WhyAnswer = z.infer<typeof whyAnswerSchema>;

export const effectsAnswerSchema = z.object({
  simulation_id: simulationIdSchema,
  event_id: eventIdSchema,
  event: eventSchema,
  summary: z.string(),
  steps: z.array(stepSchema).meta({ description: "nearest first; the first is the event itself" }),
  events: z.int().min(0).meta({ description: "effects to that depth, each once" }),
  changes: z.int().min(0).meta({ description: "how many of them change the state" }),
  depth: z.int().min(1),
  ...completeness,
  truncated: z.boolean(),
  truncated_by: truncatedBy,
});
export type EffectsAnswer = z.infer<typeof effectsAnswerSchema>;

export const wideDecisionSchema = z.object({
  event_id: eventIdSchema,
  turn: turnNumberSchema,
  agent_id: agentIdSchema,
  decision_type: z.string(),
  sentence: z.string(),
  events: z.int().min(0).meta({ description: "effects within the horizon, each once" }),
  changes: z.int().min(0).meta({ description: "how many of them change the state" }),
});
export type WideDecision = z.infer<typeof wideDecisionSchema>;

export const widestAnswerSchema = z.object({
  simulation_id: simulationIdSchema,
  horizon: z.int().min(0).meta({ description: "effects up to so many turns after the decision's own" }),
  decisions: z
    .array(wideDecisionSchema)
    .meta({ description: "most changes first, then most events, then the earlier" }),
  total: z.int().min(0).meta({ description: "how many decisions there are" }),
  truncated: z
    .boolean()
    .meta({ description: "turns were so long that not all of their effects were counted" }),
  ...completeness,
});
export type WidestAnswer = z.infer<typeof widestAnswerSchema>;
