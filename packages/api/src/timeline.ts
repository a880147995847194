import { EVENT_TYPES, eventCriteria, recordByName, timestampSchema } from "@llm-sim/events/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { count, hintsSchema, runParts } from "./fields.ts";
import { completeness } from "./gap.ts";

export const DEFAULT_BUCKETS = 100;
export const MAX_BUCKETS = 1000;
export const TIMELINE_SCALES = ["turn", "time"] as const;
export type TimelineScale = (typeof TIMELINE_SCALES)[number];

export const timelineQuerySchema = z.strictObject({
  ...eventCriteria,
  buckets: z
    .int()
    .min(1)
    .max(MAX_BUCKETS)
    .default(DEFAULT_BUCKETS)
    .meta({ description: "how many at most; by turns, there are no more than turns" }),
  by: z.enum(TIMELINE_SCALES).default("turn"),
});
export type TimelineQuery = z.input<typeof timelineQuerySchema>;

const timelineBucketSchema = z.object({
  from: z.union([count, timestampSchema]).meta({ description: "inclusive: a turn, or a time" }),
  to: z.union([count, timestampSchema]).meta({ description: "inclusive" }),
  total: count,
  by_type: z.partialRecord(z.enum(EVENT_TYPES), count),
  by_agent: recordByName(count).meta({
    description: "by the event's own agent; only those with events here",
  }),
});
export type TimelineBucket = z.infer<typeof timelineBucketSchema>;

export const timelineAnswerSchema = z.object({
  by: z.enum(TIMELINE_SCALES),
  total: count,
  buckets: z.array(timelineBucketSchema),
  agents_omitted: count.meta({
    description: "agents beyond the 1,000 busiest, which have no counts of their own",
  }),
  ...completeness,
  hints: hintsSchema,
});
export type TimelineAnswer = z.infer<typeof timelineAnswerSchema>;

export const timeline = defineEndpoint({
  path: "/simulations/:id/timeline",
  operationId: "getTimeline",
  summary: "How many events when, by kind and agent",
  tag: "events",
  parts: runParts,
  query: timelineQuerySchema,
  answer: timelineAnswerSchema,
  answers: "The counts, bucket by bucket.",
  errors: ["SIMULATION_NOT_FOUND"],
});
