import * as z from "zod";
import { envelope, envelopeEnd } from "./envelope.ts";
import { MILESTONE_TYPES } from "./event-type.ts";

/** A point in the run's course: its start, a turn, a phase, its end. `name` is the phase. */
export const milestoneEventSchema = z.looseObject({
  ...envelope,
  event_type: z.literal("MILESTONE"),
  milestone_type: z.enum(MILESTONE_TYPES),
  name: z.string().optional(),
  ...envelopeEnd,
});
export type MilestoneEvent = z.infer<typeof milestoneEventSchema>;
