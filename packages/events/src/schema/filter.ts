import * as z from "zod";
import { formatTimestamp, nanosecondsIn, parseTimestamp } from "../layout/index.ts";
import { agentIdSchema, eventIdSchema, turnNumberSchema } from "./envelope.ts";
import { EVENT_TYPES } from "./event-type.ts";

export const DEFAULT_LIMIT = 1000;
export const MAX_LIMIT = 10_000;

/** Where `q` is looked for. */
export const SEARCHED_PARTS = ["description", "payload"] as const;
export type SearchedPart = (typeof SEARCHED_PARTS)[number];

/** Any ISO 8601 moment, brought to the log's own form, with the digits it has past the microsecond. */
const moment = z.string().transform((text, context) => {
  const microseconds = parseTimestamp(text);
  if (microseconds === undefined) {
    context.issues.push({
      code: "custom",
      message: "expected an ISO 8601 time, as in 2026-11-23T07:15:00Z",
      input: text,
    });
    return z.NEVER;
  }
  return formatTimestamp(microseconds, nanosecondsIn(text));
});

/** Which events: criteria combine with AND, the values of one criterion with OR. */
export const eventCriteria = {
  start_timestamp: moment.optional().meta({ description: "at or after this time" }),
  end_timestamp: moment.optional().meta({ description: "at or before this time" }),
  event_types: z.array(z.enum(EVENT_TYPES)).optional(),
  agent_ids: z.array(agentIdSchema).optional().meta({ description: "the event's own agent" }),
  involving: z
    .array(agentIdSchema)
    .optional()
    .meta({ description: "the event's own agent, one that takes part in it, or one that it is about" }),
  turn_start: turnNumberSchema.optional().meta({ description: "from this turn, inclusive" }),
  turn_end: turnNumberSchema.optional().meta({ description: "to this turn, inclusive" }),
  caused_by: eventIdSchema.optional().meta({ description: "direct effects of this event" }),
  q: z.string().optional().meta({ description: "this text, whatever its case, in the description" }),
  in: z.enum(SEARCHED_PARTS).optional().meta({
    description:
      "where q is looked for; default description. payload: anywhere in the event, and, of a model call and of the decision that came of it, in what was asked and answered",
  }),
};

export const eventFilterSchema = z.strictObject({
  ...eventCriteria,
  limit: z.int().min(1).max(MAX_LIMIT).default(DEFAULT_LIMIT),
  offset: z.int().min(0).default(0),
  cursor: z.string().optional().meta({ description: "next_cursor of the page before" }),
});
export type EventFilter = z.infer<typeof eventFilterSchema>;
export type EventFilterInput = z.input<typeof eventFilterSchema>;
