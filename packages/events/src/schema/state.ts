import * as z from "zod";
import { agentIdSchema, envelope, noAgentId } from "./envelope.ts";
import { jsonValueSchema } from "./json-value.ts";

export const STATE_SCOPES = ["global", "agent"] as const;
export const STATE_CHANGES = ["added", "removed"] as const;

const change = {
  ...envelope,
  event_type: z.literal("STATE"),
  variable_name: z.string(),
  old_value: jsonValueSchema,
  new_value: jsonValueSchema,
  change: z.enum(STATE_CHANGES).optional(),
};

/** A variable of the world or of an agent took a new value. `agent_id` is there exactly when `scope` is `agent`. */
export const stateEventSchema = z.discriminatedUnion("scope", [
  z.looseObject({ ...change, scope: z.literal("global"), agent_id: noAgentId }),
  z.looseObject({ ...change, scope: z.literal("agent"), agent_id: agentIdSchema }),
]);
export type StateEvent = z.infer<typeof stateEventSchema>;
