import { eventSchema } from "@llm-sim/events/schema";
import { defineEndpoint } from "./endpoint.ts";
import { eventParts, noQuery } from "./fields.ts";

export const event = defineEndpoint({
  path: "/simulations/:id/events/:event_id",
  operationId: "getEvent",
  summary: "One event in full",
  tag: "events",
  parts: eventParts,
  query: noQuery,
  answer: eventSchema,
  answers: "The event.",
  errors: ["SIMULATION_NOT_FOUND", "EVENT_NOT_FOUND"],
});
