import {
  agentIdSchema,
  eventIdSchema,
  jsonValueSchema,
  recordByName,
  simulationIdSchema,
  turnNumberSchema,
} from "@llm-sim/events/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { runParts } from "./fields.ts";
import { exactness } from "./gap.ts";

/** Which moment: the end of a turn, or just after an event; without either, the end of the log. */
export const stateQuerySchema = z.strictObject({
  turn: turnNumberSchema.optional().meta({ description: "at the end of this turn" }),
  event_id: eventIdSchema.optional().meta({ description: "just after this event; not together with turn" }),
  agent_id: agentIdSchema.optional().meta({ description: "of agents this one alone", example: "alice" }),
});
export type StateQuery = z.input<typeof stateQuerySchema>;

const variablesSchema = recordByName(jsonValueSchema).meta({
  description: "variables by name; the names of nested ones are joined with a dot",
});

/** How a state compares with the hash that the run recorded for it. */
export const STATE_CHECKS = ["agrees", "disagrees", "none"] as const;

export const stateAnswerSchema = z.object({
  simulation_id: simulationIdSchema,
  turn: turnNumberSchema,
  turn_ended: z.boolean().optional().meta({
    description:
      "whether the turn is over in it, so that nothing of the turn can follow; absent where the log does not tell, having no turn_end yet",
  }),
  event_id: eventIdSchema.optional().meta({ description: "the last event that is in it" }),
  global: variablesSchema,
  agents: recordByName(variablesSchema).meta({ description: "each agent's variables, by the agent's id" }),
  memory: recordByName(recordByName(jsonValueSchema)).optional().meta({
    description:
      "what each agent remembers then (context.memory), by the agent's id and by key; absent where nobody ever remembered anything, or where the run is not one by llm-sim run",
  }),
  check: z.enum(STATE_CHECKS).meta({
    description:
      "against the hash that the last turn_end carries; none where something was written since, or where no hash was recorded",
  }),
  state_hash: z.string().optional().meta({ description: "as turn_end recorded it" }),
  ...exactness,
});
export type StateAnswer = z.infer<typeof stateAnswerSchema>;

export const state = defineEndpoint({
  path: "/simulations/:id/state",
  operationId: "getState",
  summary: "The whole world at a moment",
  tag: "explanations",
  parts: runParts,
  query: stateQuerySchema,
  answer: stateAnswerSchema,
  answers: "Every variable as it was then, and whether that can be relied on.",
  errors: ["SIMULATION_NOT_FOUND", "EVENT_NOT_FOUND"],
});
