import * as z from "zod";
import { agentIdSchema, causesUpTo, envelope, envelopeEnd, MOST_CAUSES } from "./envelope.ts";
import { jsonObjectSchema } from "./json-value.ts";

/** An agent did something; with `participating_agent_ids`, together with others. */
export const actionEventSchema = z.looseObject({
  ...envelope,
  caused_by: causesUpTo(MOST_CAUSES),
  event_type: z.literal("ACTION"),
  agent_id: agentIdSchema,
  action_type: z.string(),
  action_payload: jsonObjectSchema,
  interaction_type: z.string().optional(),
  participating_agent_ids: z.array(agentIdSchema).min(2).optional(),
  ...envelopeEnd,
});
export type ActionEvent = z.infer<typeof actionEventSchema>;
