import { agentIdSchema, eventIdSchema, turnNumberSchema } from "@llm-sim/events/schema";
import * as z from "zod";

export const MAX_WHY_DEPTH = 100;
export const DEFAULT_EFFECTS_DEPTH = 5;
export const MAX_EFFECTS_DEPTH = 20;

const variable = z.string().min(1).meta({
  description:
    "a variable by name: alice.wealth, price, \"gpt-4.1\".wealth; what begins with an agent is the agent's, the world's is global.x",
  example: "alice.wealth",
});
const agent = agentIdSchema.meta({
  description: "whose, where variable is its own name alone, as in inventory.gold",
  example: "alice",
});
const paging = {
  limit: z.int().min(1).max(10_000).default(1000),
  offset: z.int().min(0).default(0),
};

/** Which moment: the end of a turn, or just after an event; without either, the end of the log. */
export const stateQuerySchema = z.strictObject({
  turn: turnNumberSchema.optional().meta({ description: "at the end of this turn" }),
  event_id: eventIdSchema.optional().meta({ description: "just after this event; not together with turn" }),
  agent_id: agentIdSchema.optional().meta({ description: "of agents this one alone", example: "alice" }),
});
export type StateQuery = z.input<typeof stateQuerySchema>;

export const historyQuerySchema = z.strictObject({
  variable,
  agent_id: agent.optional(),
  turn_start: turnNumberSchema.optional(),
  turn_end: turnNumberSchema.optional(),
  ...paging,
});
export type HistoryQuery = z.input<typeof historyQuerySchema>;

/** Either a variable (at a turn's end, without it now) or an event. */
export const whyQuerySchema = z.strictObject({
  variable: variable.optional(),
  agent_id: agent.optional(),
  turn: turnNumberSchema
    .optional()
    .meta({ description: "the variable's value at the end of this turn; without it, at the end of the log" }),
  since: turnNumberSchema
    .optional()
    .meta({ description: "where the ledger begins: at the end of this turn; default 0, the set-up" }),
  event_id: eventIdSchema.optional().meta({ description: "explain this event; not together with variable" }),
  depth: z.int().min(1).max(MAX_WHY_DEPTH).optional().meta({
    description:
      "everything up to so many steps back along caused_by; without it what explains it, in at most 12 steps",
  }),
});
export type WhyQuery = z.input<typeof whyQuerySchema>;

export const effectsQuerySchema = z.strictObject({
  event_id: eventIdSchema,
  depth: z.int().min(1).max(MAX_EFFECTS_DEPTH).default(DEFAULT_EFFECTS_DEPTH),
});
export type EffectsQuery = z.input<typeof effectsQuerySchema>;

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

export const findQuerySchema = z.strictObject({
  expression: z.string().min(1).max(2000).meta({ example: "*.wealth < 0 and turn > 3" }),
  limit: z.int().min(1).max(10_000).default(100),
  offset: z.int().min(0).default(0),
});
export type FindQuery = z.input<typeof findQuerySchema>;

export const compareQuerySchema = z.strictObject({
  left: z.string().min(1).meta({ description: "a run's id" }),
  right: z.string().min(1).meta({ description: "a run's id" }),
});
