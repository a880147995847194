import * as z from "zod";
import { MODEL_CALL } from "../../schema/index.ts";
import { BREAK_OFFS, OUTCOMES, tapeHashSchema, usageSchema } from "./lines.ts";

/**
 * `details` of a SYSTEM event that is an attempt at a model call. What was asked and answered is on the tape, under `call`.
 */
export const callDetailsSchema = z.looseObject({
  system_event_type: z.literal(MODEL_CALL),
  call: z.string().meta({ description: "the coordinate, as text: `agent alice/3/decide/0#1`" }),
  purpose: z.string().min(1),
  model: z.string().min(1),
  served_model: z.string().optional(),
  outcome: z.enum(OUTCOMES),
  finish_reason: z.string().optional(),
  latency_ms: z.number().min(0),
  usage: usageSchema.optional(),
  cost_usd: z.number().min(0).optional().meta({ description: "absent where no price is known" }),
  answer_hash: tapeHashSchema
    .optional()
    .meta({ description: "of the answer's text: it differs where the model said something else" }),
  status: z.int().optional().meta({ description: "HTTP status" }),
  error: z.string().optional().meta({ description: "why the attempt did not give what was asked, in words" }),
  marks: z
    .array(z.string())
    .optional()
    .meta({ description: "what had to be done to take the answer: thinking, fenced, prose, …" }),
  broken_off_by: z.enum(BREAK_OFFS).optional(),
});
export type CallDetails = z.infer<typeof callDetailsSchema>;
