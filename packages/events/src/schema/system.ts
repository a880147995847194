import * as z from "zod";
import { agentIdSchema, envelope, envelopeEnd } from "./envelope.ts";
import { SYSTEM_STATUSES } from "./event-type.ts";

/** Something about the machinery, not the world: a failure, a retry, a loss, a call that went well. */
export const systemEventSchema = z.looseObject({
  ...envelope,
  event_type: z.literal("SYSTEM"),
  status: z.enum(SYSTEM_STATUSES),
  error_type: z.string().optional(),
  retry_count: z.int().min(0).optional(),
  subject_agent_id: agentIdSchema.optional(),
  ...envelopeEnd,
});
export type SystemEvent = z.infer<typeof systemEventSchema>;
