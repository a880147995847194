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
import { completeness, gapSchema } from "./gap.ts";

const variablesSchema = z.record(z.string(), jsonValueSchema).meta({
  description: "variables by name; the names of nested ones are joined with a dot",
});

/** How a state compares with the hash that the run recorded for it. */
export const STATE_CHECKS = ["agrees", "disagrees", "none"] as const;

export const stateAnswerSchema = z.object({
  simulation_id: simulationIdSchema,
  turn: turnNumberSchema,
  event_id: eventIdSchema.optional().meta({ description: "the last event that is in it" }),
  global: variablesSchema,
  agents: z
    .record(z.string(), variablesSchema)
    .meta({ description: "each agent's variables, by the agent's id" }),
  memory: z.record(z.string(), z.record(z.string(), jsonValueSchema)).optional().meta({
    description:
      "what each agent remembers then (context.memory), by the agent's id and by key; absent where nobody ever remembered anything, or where the run is not one by llm-sim run",
  }),
  check: z.enum(STATE_CHECKS).meta({
    description:
      "against the hash that the last turn_end carries; none where something was written since, or where no hash was recorded",
  }),
  state_hash: z.string().optional().meta({ description: "as turn_end recorded it" }),
  exact: z.boolean().meta({
    description:
      "whether nothing is known that makes it doubtful: gaps is empty. A hash that agrees vouches for the variables, not for memory",
  }),
  gaps: z.array(gapSchema),
});
export type StateAnswer = z.infer<typeof stateAnswerSchema>;

export const variableWriteSchema = z.object({
  turn: turnNumberSchema,
  event_id: eventIdSchema,
  old_value: jsonValueSchema,
  new_value: jsonValueSchema,
  change: z.enum(STATE_CHANGES).optional(),
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
  agent_id: agentIdSchema.optional(),
  writes: z.array(variableWriteSchema).meta({ description: "in order of the log" }),
  total: z.int().min(0),
  has_more: z.boolean(),
  ...completeness,
});
export type HistoryAnswer = z.infer<typeof historyAnswerSchema>;
