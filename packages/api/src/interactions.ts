import { agentIdSchema, eventIdSchema, simulationIdSchema, turnNumberSchema } from "@llm-sim/events/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { count, runParts } from "./fields.ts";
import { completeness } from "./gap.ts";

export const interactionsQuerySchema = z.strictObject({
  turn_start: turnNumberSchema.optional(),
  turn_end: turnNumberSchema.optional(),
  action_types: z.array(z.string().min(1)).optional().meta({ description: "of these alone" }),
  agent_id: agentIdSchema
    .optional()
    .meta({ description: "only what this agent did, or what was done with it" }),
  parameter: z.string().min(1).optional().meta({
    description: "a member of action_payload whose numbers are added up: amount",
  }),
  agents: z.int().min(1).max(200).default(60).meta({
    description: "so many get a row and a column of their own, the most active; the others have one together",
  }),
});
export type InteractionsQuery = z.input<typeof interactionsQuerySchema>;

/** Instead of the place of an agent: those without a place of their own. */
export const OTHERS = "others";
/** Instead of the place of a partner: there was none. */
export const NOBODY = "nobody";

const place = count.meta({ description: "its place in `agents`" });

export const interactionCellSchema = z.object({
  from: z.union([place, z.literal(OTHERS)]).meta({ description: "who acted" }),
  to: z.union([place, z.literal(OTHERS), z.literal(NOBODY)]).meta({ description: "with whom, or on whom" }),
  count: count.meta({ description: "actions; one with several partners counts with each" }),
  taking_part: count.meta({
    description:
      "of these, those that name the partner among participating_agent_ids; the others name it in their payload",
  }),
  sum: z.number().optional().meta({ description: "of the parameter; absent where no action has it" }),
  event_id: eventIdSchema.meta({ description: "the first of them" }),
});
export type InteractionCell = z.infer<typeof interactionCellSchema>;

export const interactionsAnswerSchema = z.object({
  simulation_id: simulationIdSchema,
  agents: z.array(agentIdSchema).meta({
    description: "those with the most actions, of their own and of others with them, first",
  }),
  others: count.meta({ description: "agents that acted or were acted upon beyond these" }),
  actions: count.meta({ description: "how many match" }),
  with_partner: count.meta({ description: "of these, with or on somebody" }),
  action_types: z
    .array(
      z.object({
        action_type: z.string(),
        count,
        parameters: z
          .array(z.string())
          .meta({ description: "members of the payload that are numbers; at most 20" }),
      }),
    )
    .meta({
      description: "every action_type in these turns, whichever were asked for; the most first, at most 100",
    }),
  cells: z.array(interactionCellSchema).meta({ description: "those that are not empty" }),
  ...completeness,
});
export type InteractionsAnswer = z.infer<typeof interactionsAnswerSchema>;

export const interactions = defineEndpoint({
  path: "/simulations/:id/interactions",
  operationId: "getInteractions",
  summary: "Who acts on whom",
  description:
    "An action's partners are the other agents among its participating_agent_ids and those that its payload names, as a text that is an agent's id. Refused actions are not among them.",
  tag: "explanations",
  parts: runParts,
  query: interactionsQuerySchema,
  answer: interactionsAnswerSchema,
  answers: "How often who acted with or on whom, and the sums of a parameter.",
  errors: ["SIMULATION_NOT_FOUND"],
});
