import * as z from "zod";
import { agentIdSchema, envelope } from "./envelope.ts";
import { jsonValueSchema } from "./json-value.ts";

/** An agent made up its mind. */
export const decisionEventSchema = z.looseObject({
  ...envelope,
  event_type: z.literal("DECISION"),
  agent_id: agentIdSchema,
  decision_type: z.string(),
  old_value: jsonValueSchema.optional(),
  new_value: jsonValueSchema.optional(),
});
export type DecisionEvent = z.infer<typeof decisionEventSchema>;
