import * as z from "zod";
import { agentIdSchema, eventIdSchema, jsonValueSchema, turnNumberSchema } from "../schema/index.ts";

/** Kinds of events that can be left out where a run is played again. A rule's is its DETAIL, a phase's its MILESTONE. */
export const LEFT_OUT_KINDS = ["DECISION", "ACTION", "DETAIL", "MILESTONE"] as const;

/** An event that is left out where it comes up again: the how-many-th of its kind, agent and name in its turn it was. */
export const leftOutSchema = z.looseObject({
  event_id: eventIdSchema.meta({ description: "in the parent" }),
  turn: turnNumberSchema.min(1),
  event_type: z.enum(LEFT_OUT_KINDS),
  agent_id: agentIdSchema.optional().meta({ description: "whose decision or action it was" }),
  name: z.string().optional().meta({
    description: "the action's type, the rule's or the phase's name; a decision has none",
  }),
  number: z.int().min(0).meta({ description: "how many of the same turn, agent and name came before it" }),
});
export type LeftOut = z.infer<typeof leftOutSchema>;

/** What is made otherwise in a run that is played again, and from the start of which turn on. */
export const interventionSchema = z.looseObject({
  turn: turnNumberSchema.min(1),
  set: z
    .array(z.looseObject({ variable: z.string(), value: jsonValueSchema }))
    .optional()
    .meta({ description: "variables that are assigned, `alice.wealth`, as names are written everywhere" }),
  decide: z
    .array(z.looseObject({ agent_id: agentIdSchema, decision: jsonValueSchema }))
    .optional()
    .meta({ description: "decisions instead of those that agents come to in that turn, or their actions" }),
  without: z.array(leftOutSchema).optional(),
  on_miss: z.literal("fail").optional().meta({
    description: "from this turn on no model is asked: what the parent's tape does not answer fails",
  }),
  config: z
    .array(
      z.looseObject({
        path: z.string(),
        value: jsonValueSchema,
      }),
    )
    .optional()
    .meta({ description: "settings that are others from this turn on than run.json's config has them" }),
});
export type Intervention = z.infer<typeof interventionSchema>;
