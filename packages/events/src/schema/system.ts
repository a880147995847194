import * as z from "zod";
import { agentIdSchema, envelope, noAgentId } from "./envelope.ts";
import { SYSTEM_STATUSES } from "./event-type.ts";

/** Something about the machinery, not the world: a failure, a retry, a loss, a call that went well. */
export const systemEventSchema = z.looseObject({
  ...envelope,
  event_type: z.literal("SYSTEM"),
  agent_id: noAgentId,
  status: z.enum(SYSTEM_STATUSES),
  error_type: z.string().optional(),
  retry_count: z.int().min(0).optional(),
  subject_agent_id: agentIdSchema.optional(),
});
export type SystemEvent = z.infer<typeof systemEventSchema>;
