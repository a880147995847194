import { type EventFilterInput, eventFilterSchema, eventSchema } from "@llm-sim/events/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { count, hintsSchema, runParts } from "./fields.ts";
import { completeness } from "./gap.ts";

/** Which events, without paging. */
export type EventCriteria = Omit<EventFilterInput, "limit" | "offset" | "cursor">;

export const eventsAnswerSchema = z.object({
  events: z.array(eventSchema).meta({ description: "in order of (timestamp, place in the log)" }),
  total: count.meta({ description: "how many match, on all pages" }),
  has_more: z.boolean(),
  next_cursor: z.string().nullable().meta({
    description: "give it as cursor for the next page; good while the run grows; null on the last page",
  }),
  ...completeness,
  hints: hintsSchema,
});
export type EventsAnswer = z.infer<typeof eventsAnswerSchema>;

export const events = defineEndpoint({
  path: "/simulations/:id/events",
  operationId: "listEvents",
  summary: "A run's events, filtered and paged",
  description:
    "Criteria combine with AND, the values of one with OR. Lists are repeated or comma-separated. " +
    "The header X-Skipped-Lines counts the lines of the log that are no valid events, X-Gaps the reasons why events may be missing. A page ends early at 32 MB.",
  tag: "events",
  parts: runParts,
  query: eventFilterSchema,
  answer: eventsAnswerSchema,
  answers: "A page.",
  errors: ["SIMULATION_NOT_FOUND"],
});
