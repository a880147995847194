import * as z from "zod";
import { agentIdSchema, causesUpTo, envelope, envelopeEnd, MOST_CAUSES } from "./envelope.ts";
import { jsonObjectSchema } from "./json-value.ts";

/** The inside of a calculation. */
export const detailEventSchema = z.looseObject({
  ...envelope,
  caused_by: causesUpTo(MOST_CAUSES),
  event_type: z.literal("DETAIL"),
  agent_id: agentIdSchema.optional(),
  calculation_type: z.string(),
  intermediate_values: jsonObjectSchema,
  ...envelopeEnd,
});
export type DetailEvent = z.infer<typeof detailEventSchema>;
