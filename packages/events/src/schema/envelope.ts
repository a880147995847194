import * as z from "zod";
import { EVENT_TYPES } from "./event-type.ts";
import { jsonObjectSchema } from "./json-value.ts";
import { timestampSchema } from "./timestamp.ts";

/** Of an event, where nothing else is said. */
export const MAX_CAUSES = 64;
/** Of a DETAIL, which may stand for a rule that read the whole state; of a DECISION and an ACTION where `maxCauses` allows it. */
export const MOST_CAUSES = 4096;

const MAY_NAME_MANY: readonly string[] = ["DECISION", "ACTION", "DETAIL"];

/** How many causes an event of this kind may name at all. */
export function mostCausesOf(eventType: unknown): number {
  return typeof eventType === "string" && MAY_NAME_MANY.includes(eventType) ? MOST_CAUSES : MAX_CAUSES;
}
export const MAX_DESCRIPTION_LENGTH = 500;
export const MAX_AGENT_ID_LENGTH = 128;

const EVENT_ID_PATTERN = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
const SIMULATION_ID_PATTERN = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;
// No comma (lists in queries), no control character (terminals).
const AGENT_ID_PATTERN = /^[^,\p{Cc}]{1,128}$/u;

export const eventIdSchema = z.string().regex(EVENT_ID_PATTERN, "expected a ULID of 26 characters");
export const simulationIdSchema = z
  .string()
  .regex(
    SIMULATION_ID_PATTERN,
    "expected 1-128 letters, digits, '.', '_' or '-', the first a letter or digit",
  );
export const agentIdSchema = z
  .string()
  .regex(AGENT_ID_PATTERN, "expected 1-128 characters without comma or control character");

export const turnNumberSchema = z.int().min(0);

/** For a kind that has no agent: the field must be absent. */
const noAgentId = z.never().optional();

/** Ids of earlier events, at most so many. */
export function causesUpTo(most: number) {
  return z
    .array(eventIdSchema)
    .max(most)
    .refine((ids) => new Set(ids).size === ids.length, "the same cause is named twice")
    .meta({
      uniqueItems: true,
      description: "earlier events of the same run that led to this one, nearest first",
    })
    .optional();
}

/**
 * What every event carries, whatever its kind, as it stands on the line: this, then the kind's own members, then
 * {@link envelopeEnd}. The order of the schemas' members is the order of the line.
 */
export const envelope = {
  event_id: eventIdSchema,
  timestamp: timestampSchema,
  turn_number: turnNumberSchema,
  /** A kind puts its own name here, and its agent where it has one. */
  event_type: z.enum(EVENT_TYPES),
  simulation_id: simulationIdSchema,
  agent_id: noAgentId,
  caused_by: causesUpTo(MAX_CAUSES),
  causes_omitted: z
    .int()
    .min(1)
    .optional()
    .meta({ description: "at least so many more causes than caused_by holds" }),
  description: z.string().max(MAX_DESCRIPTION_LENGTH).optional(),
};

export const envelopeEnd = {
  details: jsonObjectSchema.optional(),
  lossy: z
    .array(z.string())
    .optional()
    .meta({ description: "JSON Pointers to what had to be altered to be recorded" }),
};
