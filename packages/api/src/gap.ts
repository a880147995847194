import { agentIdSchema, eventIdSchema, turnNumberSchema, verbosityLevelSchema } from "@llm-sim/events/schema";
import * as z from "zod";

/** Why an answer may not be the whole truth. */
export const GAP_KINDS = [
  "loss",
  "unreadable",
  "segment",
  "missing",
  "dropped",
  "unfinished",
  "invalid_event",
  "contradiction",
  "lossy",
  "partial",
  "disagreement",
  "missing_cause",
  "causes_omitted",
  "verbosity",
  "tape",
  "summary",
  "as_recorded",
] as const;
export type GapKind = (typeof GAP_KINDS)[number];

/** What each kind means. */
export const GAPS: Readonly<Record<GapKind, string>> = {
  loss: "the log says that events were lost",
  unreadable: "lines of the log are no events",
  segment: "a segment that run.json lists is not there, or is not whole",
  missing: "the log has fewer events than run.json counted",
  dropped: "run.json says that events were dropped, the log does not",
  unfinished: "the writer is gone without having closed the run",
  invalid_event: "an event was recorded as one that is not valid",
  contradiction: "a write's old_value is not the value before it: a write between them is missing",
  lossy: "a value was altered, or left out for its size, to be recorded",
  partial: "the run does not record every variable from its start",
  disagreement: "the folded state is not the one whose hash was recorded",
  missing_cause: "an event names a cause that is not in the log",
  causes_omitted: "an event had more causes than it names",
  verbosity: "the run does not record what would be needed",
  tape: "the tape does not have what was asked or answered, or not all of it",
  summary: "of a run of a batch there is no summary.json yet, it cannot be used, or it does not hold all",
  as_recorded:
    "nothing vouches for the log, or for its causes, being whole: the answer is right as far as what was recorded goes",
};

/** How code can keep something from turn to turn that is not tracked. */
export const UNTRACKED = ["unknown", "outside", "contradicted"] as const;

export const gapSchema = z.object({
  kind: z.enum(GAP_KINDS).meta({
    description: GAP_KINDS.map((kind) => `${kind}: ${GAPS[kind]}`).join("; "),
  }),
  message: z.string().meta({ description: "one sentence for a person" }),
  turn_start: turnNumberSchema.optional().meta({
    description: "the first turn that may be concerned; absent where it is not known",
  }),
  turn_end: turnNumberSchema.optional().meta({ description: "the last turn that may be concerned" }),
  event_id: eventIdSchema.optional().meta({ description: "the event at which it is seen" }),
  cause_id: eventIdSchema.optional().meta({ description: "the cause that it names, of a missing_cause" }),
  more: z.int().min(1).optional().meta({
    description: "it stands for so many more gaps of this kind, which are not listed one by one",
  }),
  variable: z.string().optional().meta({ description: "the variable concerned; absent where it may be any" }),
  agent_id: agentIdSchema.optional().meta({ description: "whose variable; absent of the world's" }),
  memory: z
    .object({
      of: z.string().meta({ description: "`engine`, `validator`, or a type of agents as run.json names it" }),
      kind: z.enum(UNTRACKED).meta({
        description:
          "unknown: it declares nothing; outside: it says that it keeps something where nobody sees it; contradicted: it declares otherwise, and was seen to keep something",
      }),
    })
    .optional()
    .meta({
      description: "what keeps something from turn to turn that is not tracked, and what it says of that",
    }),
  needed: z.string().optional().meta({ description: "what would be needed to know more" }),
  needed_verbosity: verbosityLevelSchema
    .optional()
    .meta({ description: "the verbosity that would have shown it" }),
});
export type Gap = z.infer<typeof gapSchema>;

/** What every answer says of its being the whole truth, as members of its schema. */
export const completeness = {
  complete: z
    .boolean()
    .meta({ description: "nothing is known to be missing, and nothing is open: gaps is empty" }),
  gaps: z.array(gapSchema).meta({ description: "why the answer may not be the whole truth" }),
};

const completenessSchema = z.object(completeness);
export type Completeness = z.infer<typeof completenessSchema>;

/** No reason to doubt an answer is what makes it complete. */
export function completenessOf(gaps: Gap[]): Completeness {
  return { complete: gaps.length === 0, gaps };
}

/** The same of a state, which is of one moment and has another word for it. */
export const exactness = {
  exact: z.boolean().meta({
    description:
      "whether nothing is known that makes it doubtful: gaps is empty. A hash that agrees vouches for the variables, not for memory",
  }),
  gaps: z.array(gapSchema),
};

export function exactnessOf(gaps: Gap[]): { exact: boolean; gaps: Gap[] } {
  const { complete: exact } = completenessOf(gaps);
  return { exact, gaps };
}
