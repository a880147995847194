import { eventCriteria, eventSchema, RUN_STATUSES } from "@llm-sim/events/schema";
import * as z from "zod";
import { defineEndpoint } from "./endpoint.ts";
import { errorSchema } from "./errors.ts";
import { runParts } from "./fields.ts";

export const streamHeadersSchema = z.looseObject({
  "last-event-id": z
    .string()
    .optional()
    .meta({ description: "go on behind this event; a browser's EventSource sends it when it reconnects" }),
});

/** The data of the stream's messages, by the message's `event`. */
export const streamMessages = {
  message: eventSchema,
  end: z.object({ simulation_id: z.string(), status: z.enum(RUN_STATUSES) }),
  failure: errorSchema,
} as const;

export const stream = defineEndpoint({
  path: "/simulations/:id/stream",
  operationId: "streamEvents",
  summary: "A run's events as they are written",
  description:
    "Server-Sent Events: every matching event once, in order, from the first one or from behind Last-Event-ID; " +
    "id is the event_id, data the event. When the run is over: event: end, with its status as data; where it cannot go on: event: failure, with an error.",
  tag: "events",
  parts: runParts,
  query: z.strictObject(eventCriteria),
  answer: z.string(),
  answers: "The stream.",
  contentType: "text/event-stream",
  errors: ["SIMULATION_NOT_FOUND", "EVENT_NOT_FOUND", "TOO_MANY_STREAMS"],
});
