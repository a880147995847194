import { eventSchema } from "@llm-sim/events/schema";
import * as z from "zod";
import { errorSchema } from "../errors/index.ts";

export { eventSchema };

/** Schemas that the OpenAPI document names instead of repeating. */
export const componentSchemas = z.registry<{ id: string }>();
componentSchemas.add(eventSchema, { id: "Event" });
componentSchemas.add(errorSchema, { id: "Error" });

export const simulationParams = z.object({
  id: z.string().meta({ description: "the run: its directory's name", examples: ["market-7"] }),
});
export const eventParams = simulationParams.extend({
  event_id: z.string().meta({ description: "a ULID", examples: ["01KAR8B1C0A1B2C000000000F7"] }),
});

const ERRORS = {
  400: "INVALID_ARGUMENT: a parameter is unknown or its value is none; details.parameter names it",
  401: "UNAUTHENTICATED: the server has a token, and the request has not",
  404: "SIMULATION_NOT_FOUND, or EVENT_NOT_FOUND",
  429: "TOO_MANY_ATTEMPTS: too many wrong tokens from one address in a minute",
  500: "INTERNAL_ERROR: the server's fault",
} as const;

/** The `response` of a route: its success, and the errors that every route can give. */
export function answers(success: z.ZodType, description: string, contentType = "application/json") {
  const errors = Object.entries(ERRORS).map(([status, text]) => [status, failure(text)]);
  return {
    200: { description, content: { [contentType]: { schema: success } } },
    ...Object.fromEntries(errors),
  };
}

/** An answer with an error, for a route's `response`. */
export function failure(description: string) {
  return { description, content: { "application/json": { schema: errorSchema } } };
}

export const hintsSchema = z.array(z.string()).optional().meta({
  description: "why nothing may match: an agent or event that is asked for is not in the log, or not yet",
});
