import {
  EVENT_TYPES,
  eventIdSchema,
  eventSchema,
  jsonValueSchema,
  parseTimestamp,
  verbosityLevelSchema,
} from "@llm-sim/events/schema";
import * as z from "zod";
import { completeness } from "./completeness-schemas.ts";

const count = z.number().min(0);

export const RUN_STATUSES = ["running", "completed", "failed", "interrupted"] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

const countsByKind = z.partialRecord(z.enum(EVENT_TYPES), count);
export type CountsByKind = z.infer<typeof countsByKind>;

const triedSchema = z.looseObject({ decisions: count, failures: count, actions: count, refusals: count });

const troubleSchema = z.looseObject({
  agent_id: z.string().optional(),
  action_type: z.string().optional(),
  reason: z.string(),
  count,
});
export type Trouble = z.infer<typeof troubleSchema>;

const endValuesSchema = z.looseObject({
  agent_id: z.string().optional(),
  variable: z.string(),
  first: jsonValueSchema.optional(),
  last: jsonValueSchema.optional(),
});
export type EndValues = z.infer<typeof endValuesSchema>;

export const runSummarySchema = z.looseObject({
  id: z.string(),
  name: z.string(),
  status: z.enum(RUN_STATUSES),
  start_time: z.string().optional(),
  end_time: z.string().optional(),
  event_count: count,
  turns: count.default(0),
  verbosity: verbosityLevelSchema.optional(),
  agents: count.optional(),
  by_type: countsByKind.optional(),
  dropped: count.default(0),
  skipped_lines: count.optional(),
  bytes: count.default(0),
  unreadable: z.string().optional(),
  ended_by: z.string().optional(),
  end_reason: z.string().optional(),
  tried: triedSchema.optional(),
  refusals: z.array(troubleSchema).optional(),
  failures: z.array(troubleSchema).optional(),
  variables: z.array(endValuesSchema).optional(),
  variables_total: count.optional(),
  summary_problem: z.string().optional(),
});
export type RunSummary = z.infer<typeof runSummarySchema>;

export const runListSchema = z.looseObject({ simulations: z.array(runSummarySchema) });

export const eventPageSchema = z.looseObject({
  events: z.array(eventSchema),
  total: count,
  has_more: z.boolean(),
  next_cursor: z.string().nullish(),
  ...completeness,
  hints: z.array(z.string()).optional(),
});
export type EventPage = z.infer<typeof eventPageSchema>;

const causalityEntrySchema = z.looseObject({ depth: z.number() }).transform((entry, context) => {
  // An entry is the event with its depth, or both side by side.
  const parsed = eventSchema.safeParse("event" in entry ? entry.event : entry);
  if (parsed.success) return { depth: entry.depth, event: parsed.data };
  context.addIssue({ code: "custom", message: "expected an event with its depth" });
  return z.NEVER;
});
export type CausalityEntry = z.infer<typeof causalityEntrySchema>;

export const causalitySchema = z.looseObject({
  event_id: eventIdSchema,
  event: eventSchema,
  upstream: z.array(causalityEntrySchema),
  downstream: z.array(causalityEntrySchema),
  missing: z.array(z.looseObject({ event_id: z.string() })).default([]),
  truncated: z.boolean().default(false),
  ...completeness,
});
export type Causality = z.infer<typeof causalitySchema>;

/** A turn as it is; a moment, which the API writes as the log does, in microseconds since 1970. */
const axisPosition = z.union([
  z.number(),
  z.string().transform((text, context) => {
    const micros = parseTimestamp(text);
    if (micros !== undefined) return micros;
    context.addIssue({ code: "custom", message: "expected a turn or a time" });
    return z.NEVER;
  }),
]);

const timelineBucketSchema = z.looseObject({
  from: axisPosition,
  to: axisPosition,
  total: count,
  by_type: countsByKind,
  by_agent: z.record(z.string(), count),
});
export type TimelineBucket = z.infer<typeof timelineBucketSchema>;

export const timelineSchema = z.looseObject({
  by: z.enum(["turn", "time"]),
  total: count,
  buckets: z.array(timelineBucketSchema),
  agents_omitted: count.default(0),
  ...completeness,
});
export type Timeline = z.infer<typeof timelineSchema>;

export const errorBodySchema = z.looseObject({
  code: z.string(),
  message: z.string(),
  details: z.unknown().optional(),
});
