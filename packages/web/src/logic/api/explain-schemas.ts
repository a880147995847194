import { EVENT_TYPES, eventSchema, jsonValueSchema } from "@llm-sim/events/schema";
import * as z from "zod";
import { completeness, gaps } from "./completeness-schemas.ts";

const variablesSchema = z.record(z.string(), jsonValueSchema);
export const stateSchema = z.looseObject({
  turn: z.number(),
  global: variablesSchema,
  agents: z.record(z.string(), variablesSchema),
  /** What agents remember, by key. */
  memory: z.record(z.string(), variablesSchema).optional(),
  exact: z.boolean(),
  gaps,
});
export type WorldState = z.infer<typeof stateSchema>;

const writeSchema = z.looseObject({
  turn: z.number(),
  event_id: z.string(),
  old_value: jsonValueSchema,
  new_value: jsonValueSchema,
  change: z.string().optional(),
});
export type VariableWrite = z.infer<typeof writeSchema>;

export const historySchema = z.looseObject({
  variable: z.string(),
  agent_id: z.string().optional(),
  writes: z.array(writeSchema),
  total: z.number(),
  has_more: z.boolean(),
  ...completeness,
});
export type History = z.infer<typeof historySchema>;

const repetition = {
  count: z.number(),
  event_ids: z.array(z.string()).default([]),
  turn_start: z.number(),
  turn_end: z.number(),
  every_turn: z.boolean().default(false),
};

const stepSchema = z.looseObject({
  sentence: z.string(),
  event_id: z.string(),
  event_type: z.enum(EVENT_TYPES),
  depth: z.number(),
  turn: z.number(),
  amount: z.string().optional(),
  ...repetition,
});
/** One step of an explanation. */
export type Step = z.infer<typeof stepSchema>;

const standSchema = z.looseObject({ value: z.number(), turn: z.number(), event_id: z.string() });
const ledgerSchema = z.looseObject({
  from: standSchema,
  to: standSchema,
  change: z.string(),
  entries: z.array(
    z.looseObject({
      label: z.string(),
      event_type: z.enum(EVENT_TYPES).optional(),
      amount: z.string(),
      ...repetition,
    }),
  ),
});
export type Ledger = z.infer<typeof ledgerSchema>;

export const whySchema = z.looseObject({
  event_id: z.string(),
  event: eventSchema,
  summary: z.string(),
  steps: z.array(stepSchema),
  ledger: ledgerSchema.optional(),
  ...completeness,
  truncated: z.boolean().default(false),
});
export type WhyAnswer = z.infer<typeof whySchema>;

const fieldDifferenceSchema = z.looseObject({
  path: z.string(),
  left: jsonValueSchema.optional(),
  right: jsonValueSchema.optional(),
  left_text: z.string().optional(),
  right_text: z.string().optional(),
});
export type FieldDifference = z.infer<typeof fieldDifferenceSchema>;

const differenceSchema = z.looseObject({
  kind: z.enum(["changed", "only_left", "only_right"]),
  key: z.looseObject({ turn: z.number(), event_type: z.enum(EVENT_TYPES) }),
  sentence: z.string(),
  left_event_id: z.string().optional(),
  right_event_id: z.string().optional(),
  left: eventSchema.optional(),
  right: eventSchema.optional(),
  fields: z.array(fieldDifferenceSchema).default([]),
});
/** An event that two runs do not have alike. */
export type Difference = z.infer<typeof differenceSchema>;

const contextLines = z.array(z.looseObject({ event_id: z.string(), text: z.string() })).default([]);
export type ContextLine = z.infer<typeof contextLines>[number];

const distance = { differing: z.number(), distance: z.number() };
const distances = z.record(z.string(), z.looseObject(distance)).default({});

export const comparisonSchema = z.looseObject({
  equal: z.boolean(),
  summary: z.string(),
  configuration: z.array(fieldDifferenceSchema).default([]),
  divergence: z
    .looseObject({
      difference: differenceSchema,
      cause: z.string(),
      left_causes: contextLines,
      right_causes: contextLines,
      before: contextLines,
      left_after: contextLines,
      right_after: contextLines,
    })
    .optional(),
  differences: z.looseObject({ total: z.number(), following: z.number(), independent: z.number() }),
  following: z.array(differenceSchema),
  independent: z.array(differenceSchema),
  turns: z
    .array(z.looseObject({ turn: z.number(), ...distance, variables: distances, agents: distances }))
    .default([]),
  ...completeness,
});
export type Comparison = z.infer<typeof comparisonSchema>;
