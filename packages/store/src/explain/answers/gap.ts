import { eventIdSchema, turnNumberSchema, verbosityLevelSchema } from "@llm-sim/events/schema";
import * as z from "zod";

/** Why an answer may not be the whole truth. */
export const GAP_KINDS = [
  "loss",
  "verbosity",
  "missing_cause",
  "causes_omitted",
  "disagreement",
  "partial",
] as const;

export const gapSchema = z.object({
  kind: z.enum(GAP_KINDS).meta({
    description:
      "loss: the log says that events were lost; verbosity: the run does not record what would be needed; missing_cause: an event names a cause that is not in the log; causes_omitted: an event had more causes than it names; disagreement: what the log says at two places does not fit together; partial: the run does not record every variable",
  }),
  message: z.string().meta({ description: "one sentence for a person" }),
  event_id: eventIdSchema.optional().meta({ description: "the event at which it is seen" }),
  turn: turnNumberSchema.optional(),
  needed_verbosity: verbosityLevelSchema
    .optional()
    .meta({ description: "the verbosity that would have shown it" }),
});
export type Gap = z.infer<typeof gapSchema>;
