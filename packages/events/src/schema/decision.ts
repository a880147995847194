import * as z from "zod";
import { agentIdSchema, causesUpTo, envelope, envelopeEnd, MOST_CAUSES } from "./envelope.ts";
import { jsonValueSchema } from "./json-value.ts";

/** An agent made up its mind. */
export const decisionEventSchema = z.looseObject({
  ...envelope,
  caused_by: causesUpTo(MOST_CAUSES),
  event_type: z.literal("DECISION"),
  agent_id: agentIdSchema,
  decision_type: z.string(),
  old_value: jsonValueSchema.optional(),
  new_value: jsonValueSchema.optional(),
  ...envelopeEnd,
});
export type DecisionEvent = z.infer<typeof decisionEventSchema>;
