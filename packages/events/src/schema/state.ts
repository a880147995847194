import * as z from "zod";
import { agentIdSchema, envelope, envelopeEnd } from "./envelope.ts";
import { jsonValueSchema } from "./json-value.ts";

export const STATE_SCOPES = ["global", "agent"] as const;
export const STATE_CHANGES = ["added", "removed"] as const;

const ofEitherScope = {
  ...envelope,
  event_type: z.literal("STATE"),
  variable_name: z.string(),
  old_value: jsonValueSchema,
  new_value: jsonValueSchema,
};
const change = z.enum(STATE_CHANGES).optional();

/** A variable of the world or of an agent took a new value. `agent_id` is there exactly when `scope` is `agent`. */
export const stateEventSchema = z.discriminatedUnion("scope", [
  z.looseObject({ ...ofEitherScope, scope: z.literal("global"), change, ...envelopeEnd }),
  z.looseObject({
    ...ofEitherScope,
    agent_id: agentIdSchema,
    scope: z.literal("agent"),
    change,
    ...envelopeEnd,
  }),
]);
export type StateEvent = z.infer<typeof stateEventSchema>;
