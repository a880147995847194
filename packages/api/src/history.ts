import {
  agentIdSchema,
  EVENT_TYPES,
  eventIdSchema,
  jsonValueSchema,
  STATE_CHANGES,
  simulationIdSchema,
  turnNumberSchema,
} from "@llm-sim/events/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { agentOfVariable, count, runParts, variable } from "./fields.ts";
import { completeness } from "./gap.ts";

export const historyQuerySchema = z.strictObject({
  variable,
  agent_id: agentOfVariable.optional(),
  turn_start: turnNumberSchema.optional(),
  turn_end: turnNumberSchema.optional(),
  limit: z.int().min(1).max(10_000).default(1000),
  offset: z.int().min(0).default(0),
});
export type HistoryQuery = z.input<typeof historyQuerySchema>;

export const variableWriteSchema = z.object({
  turn: turnNumberSchema,
  event_id: eventIdSchema,
  old_value: jsonValueSchema,
  new_value: jsonValueSchema,
  change: z
    .enum(STATE_CHANGES)
    .optional()
    .meta({ description: "that it came or went; absent where its value changed" }),
  cause: z
    .object({
      event_id: eventIdSchema,
      event_type: z.enum(EVENT_TYPES),
      label: z.string().meta({
        description: "as the ledger names it: `harvest by ann`, `regrowth`",
        example: "harvest by ann",
      }),
    })
    .optional()
    .meta({ description: "the event's nearest cause" }),
});
export type VariableWrite = z.infer<typeof variableWriteSchema>;

export const historyAnswerSchema = z.object({
  simulation_id: simulationIdSchema,
  variable: z.string(),
  agent_id: agentIdSchema.optional().meta({ description: "whose variable; absent of the world's" }),
  writes: z.array(variableWriteSchema).meta({ description: "in order of the log" }),
  total: count,
  has_more: z.boolean(),
  ...completeness,
});
export type HistoryAnswer = z.infer<typeof historyAnswerSchema>;

export const history = defineEndpoint({
  path: "/simulations/:id/history",
  operationId: "getHistory",
  summary: "Every change of one variable",
  tag: "explanations",
  parts: runParts,
  query: historyQuerySchema,
  answer: historyAnswerSchema,
  answers: "The changes in order of the log, each with what brought it about.",
  errors: ["SIMULATION_NOT_FOUND"],
});
