import { eventCriteria, eventSchema, MAX_LIMIT } from "@llm-sim/events/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { errorSchema } from "./errors.ts";
import { count, hintsSchema, runParts } from "./fields.ts";
import { completeness } from "./gap.ts";

/** Hits that are sent whole where nothing is said. */
export const DEFAULT_HITS = 1000;

export const searchProgressSchema = z.object({
  scanned: count.meta({ description: "events that have been looked at" }),
  of: count.meta({ description: "events that the other criteria let through" }),
  hits: count.meta({ description: "those found so far" }),
  searched_to: z.string().optional().meta({
    description:
      "all events up to this time have been looked at: events and timeline, asked with it as end_timestamp, answer at once; absent before the first such time, and at the end",
  }),
  turn: count.optional().meta({ description: "the turn of that time" }),
});
export type SearchProgress = z.infer<typeof searchProgressSchema>;

export const searchAnswerSchema = searchProgressSchema.extend({ ...completeness, hints: hintsSchema });
export type SearchAnswer = z.infer<typeof searchAnswerSchema>;

/** The data of the search's messages, by the message's `event`. */
export const searchMessages = {
  message: eventSchema,
  progress: searchProgressSchema,
  end: searchAnswerSchema,
  failure: errorSchema,
} as const;

export const search = defineEndpoint({
  path: "/simulations/:id/search",
  operationId: "searchEvents",
  summary: "A text looked for, its hits as they are found",
  description:
    "Server-Sent Events: the first hits whole, in order, id the event_id and data the event; now and then event: progress with how many " +
    "events have been looked at; at the end event: end, with what could not be looked at; where it cannot go on: event: failure, with an error. " +
    "It stops when the client goes, and what it has looked at is remembered: the same search, and events and timeline with the same q and in, " +
    "begin where it stopped.",
  tag: "events",
  parts: runParts,
  query: z.strictObject({
    ...eventCriteria,
    q: z.string().min(1).meta({ description: "this text, whatever its case" }),
    hits: z
      .int()
      .min(0)
      .max(MAX_LIMIT)
      .default(DEFAULT_HITS)
      .meta({ description: "so many hits are sent whole, the first ones; all are counted" }),
  }),
  answer: z.string(),
  answers: "The search.",
  contentType: "text/event-stream",
  errors: ["SIMULATION_NOT_FOUND", "TOO_MANY_STREAMS"],
});
