import * as z from "zod";

const gapSchema = z.looseObject({ kind: z.string(), message: z.string(), event_id: z.string().optional() });
/** Why an answer may not be the whole truth. */
export type Gap = z.infer<typeof gapSchema>;

export const gaps = z.array(gapSchema);
/** What every answer must say: one that leaves it out is no answer, rather than a complete one. */
export const completeness = { complete: z.boolean(), gaps };
