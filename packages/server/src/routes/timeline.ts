import { EVENT_TYPES, eventCriteria, timestampSchema } from "@llm-sim/events/schema";
import { DEFAULT_BUCKETS, MAX_BUCKETS, TIMELINE_SCALES } from "@llm-sim/store";
import { completeness } from "@llm-sim/store/answers";
import * as z from "zod";
import { holdForReply } from "../memory/index.ts";
import type { Api, ApiContext } from "./api.ts";
import { answers, hintsSchema, simulationParams } from "./schemas.ts";
import { countGaps, countSkippedLines } from "./what-is-missing.ts";

const count = z.int().min(0);

const timelineQuery = z.strictObject({
  ...eventCriteria,
  buckets: z
    .int()
    .min(1)
    .max(MAX_BUCKETS)
    .default(DEFAULT_BUCKETS)
    .meta({ description: "how many at most; by turns, there are no more than turns" }),
  by: z.enum(TIMELINE_SCALES).default("turn"),
});

const bucketSchema = z.object({
  from: z.union([count, timestampSchema]).meta({ description: "inclusive: a turn, or a time" }),
  to: z.union([count, timestampSchema]).meta({ description: "inclusive" }),
  total: count,
  by_type: z.partialRecord(z.enum(EVENT_TYPES), count),
  by_agent: z
    .record(z.string(), count)
    .meta({ description: "by the event's own agent; only those with events here" }),
});

const timelineSchema = z.object({
  by: z.enum(TIMELINE_SCALES),
  total: count,
  buckets: z.array(bucketSchema),
  agents_omitted: count.meta({
    description: "agents beyond the 1,000 busiest, which have no counts of their own",
  }),
  ...completeness,
  hints: hintsSchema,
});

/** A thousand buckets of a thousand agents each, as objects and as JSON. */
const LARGEST_TIMELINE = 64 * 1024 * 1024;

export function addTimeline(api: Api, { store, memory }: ApiContext): void {
  api.get(
    "/simulations/:id/timeline",
    {
      schema: {
        operationId: "getTimeline",
        summary: "How many events when, by kind and agent",
        tags: ["events"],
        params: simulationParams,
        querystring: timelineQuery,
        response: answers(timelineSchema, "The counts, bucket by bucket."),
      },
    },
    async (request, reply) => {
      const run = await store.openRun(request.params.id);
      const held = await holdForReply(reply, memory, LARGEST_TIMELINE);
      if (held === undefined) return undefined;
      const { answer: timeline, skipped } = await run.ask((asked) => asked.timeline(request.query));
      countSkippedLines(reply, skipped);
      countGaps(reply, timeline);
      return timeline;
    },
  );
}
