import { agentIdSchema, EVENT_TYPES, eventIdSchema, turnNumberSchema } from "@llm-sim/events/schema";
import * as z from "zod";

/** Turns over which something happened again and again. */
export const repetitionSchema = {
  count: z.int().min(1).meta({ description: "how many events are told of together" }),
  event_ids: z.array(eventIdSchema).meta({ description: "the nearest of them, at most 20" }),
  turn_start: turnNumberSchema,
  turn_end: turnNumberSchema,
  every_turn: z.boolean().meta({ description: "in each turn from turn_start to turn_end" }),
};

/** Exact: what the recorded numbers come to as decimals, not rounded to a double. */
export const amountSchema = z
  .string()
  .meta({ description: "an exact decimal number with its sign: +12.4, -0.1, 0", example: "+12.4" });

/** What a step is to an explanation, in the order in which they are told. */
export const PARTS = ["asked", "carried", "decided", "behind", "rested", "conditions", "remembered"] as const;
export type Part = (typeof PARTS)[number];

const PART_MEANINGS: Readonly<Record<Part, string>> = {
  asked: "the event in question",
  carried: "what carried it out: an action, a rule",
  decided: "a decision behind that, or the model call that answered",
  behind: "what brought about something that was read",
  rested: "what was read",
  conditions: "what a hook had read around its rules",
  remembered: "an earlier decision of the agent's own that it remembers, and what that rested on",
};

/** One step of an explanation, for a single event or for its repetitions together. */
export const stepSchema = z.object({
  sentence: z.string().meta({ description: "for a person" }),
  event_id: eventIdSchema.meta({ description: "the event, of several the nearest" }),
  event_type: z.enum(EVENT_TYPES),
  depth: z.int().min(0).meta({
    description: "steps along caused_by from the event in question, the shortest way; 0 is that event",
  }),
  part: z
    .enum(PARTS)
    .optional()
    .meta({
      description: `of why: ${PARTS.map((part) => `${part}: ${PART_MEANINGS[part]}`).join("; ")}`,
    }),
  turn: turnNumberSchema,
  agent_id: agentIdSchema.optional().meta({ description: "the event's own; absent where it has none" }),
  name: z.string().meta({
    description: "decision_type, action_type, variable_name, calculation_type, milestone_type or error_type",
  }),
  ...repetitionSchema,
  amount: amountSchema.optional().meta({ description: "of changes of a number, what they come to together" }),
});
export type Step = z.infer<typeof stepSchema>;

export const truncatedBySchema = z.enum(["depth", "size"]).optional().meta({
  description:
    "depth: a greater one shows more; size: one answer does not hold more; absent where truncated is false",
});
