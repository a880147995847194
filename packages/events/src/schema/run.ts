import * as z from "zod";
import { agentIdSchema } from "./envelope.ts";
import { jsonValueSchema } from "./json-value.ts";

export const RUN_STATUSES = ["running", "completed", "failed", "interrupted"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

/** What brought a run to its end. */
export const ENDED_BY = ["turns", "engine", "condition", "budget", "signal", "error"] as const;
export type EndedBy = (typeof ENDED_BY)[number];

const count = z.int().min(0);

/** What agents tried, and what came of it. */
export const triedSchema = z.object({
  decisions: count.meta({ description: "that came about" }),
  failures: count.meta({ description: "decisions that did not" }),
  actions: count.meta({ description: "proposed by the decisions" }),
  refusals: count.meta({ description: "actions that were not done" }),
});
export type Tried = z.infer<typeof triedSchema>;

/** Something that went wrong for an agent, and how often. */
export const troubleSchema = z.object({
  agent_id: agentIdSchema.optional().meta({ description: "absent where it is no agent's" }),
  action_type: z.string().optional().meta({ description: "of a refusal; absent of a failure" }),
  error_type: z.string(),
  reason: z.string().meta({ description: "numbers that differ from one time to the next are left out (…)" }),
  count: z.int().min(1),
});
export type Trouble = z.infer<typeof troubleSchema>;

/** What became of one variable. */
export const variableSummarySchema = z.object({
  agent_id: agentIdSchema.optional().meta({ description: "absent for the world's" }),
  variable: z.string(),
  first: jsonValueSchema.optional().meta({ description: "absent where it is too large" }),
  last: jsonValueSchema.optional().meta({ description: "absent where it is too large, or gone" }),
  gone: count.optional().meta({ description: "the turn since which it is not there; absent while it is" }),
  least: z
    .number()
    .optional()
    .meta({ description: "of all its numbers, those within a turn included; absent where it had none" }),
  least_turn: count
    .optional()
    .meta({ description: "the turn in which it was first so small; absent in older files" }),
  greatest: z.number().optional().meta({ description: "absent where least is" }),
  greatest_turn: count
    .optional()
    .meta({ description: "the turn in which it was first so great; absent in older files" }),
  writes: z.int().min(1),
  points: z
    .array(z.tuple([count]).rest(jsonValueSchema))
    .optional()
    .meta({
      description:
        "turn and value, where the value at a turn's end is another than before; [turn] where it was gone; absent where values are too large",
    }),
});
export type VariableSummary = z.infer<typeof variableSummarySchema>;

/** What the tape keeps of model calls: all, all but the texts, nothing. */
export const TAPE_MODES = ["full", "hash", "off"] as const;
export type TapeMode = (typeof TAPE_MODES)[number];
