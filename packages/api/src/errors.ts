import { verbosityLevelSchema } from "@llm-sim/events/schema";
import * as z from "zod";
import { receivedErrorSchema } from "./error-body.ts";

const noDetails = z.undefined();

/** Every code that an answer other than 200 can have, its HTTP status, when it comes, and what its `details` hold. */
export const API_ERRORS = {
  INVALID_ARGUMENT: {
    status: 400,
    when: "a parameter is unknown or its value is none; details.parameter names it",
    details: z
      .object({
        parameter: z.string(),
        nearest: z
          .union([z.string(), z.array(z.string())])
          .optional()
          .meta({
            description:
              "what may be meant: of a parameter or a word that is one of a few, the one (absent where none is near); of a run's variables and agents, those that look like it",
          }),
        position: z
          .int()
          .optional()
          .meta({ description: "of an expression, at which character it is wrong, from 0" }),
        reason: z.enum(["STATE_NOT_RECORDED", "NO_EVENT_READABLE"]).optional().meta({
          description: "why this run cannot answer that; absent where the value itself is wrong",
        }),
        verbosity: verbosityLevelSchema
          .nullable()
          .optional()
          .meta({ description: "of STATE_NOT_RECORDED, the run's; null where no run.json says it" }),
        needed_verbosity: verbosityLevelSchema
          .optional()
          .meta({ description: "of STATE_NOT_RECORDED, the coarsest that would do" }),
        file: z
          .string()
          .optional()
          .meta({ description: "of NO_EVENT_READABLE, where the first such line is" }),
        line: z.int().optional().meta({ description: "of NO_EVENT_READABLE, from 1" }),
      })
      .optional()
      .meta({ description: "absent where the request as a whole cannot be read" }),
  },
  UNAUTHENTICATED: {
    status: 401,
    when: "the server has a token, and the request has not",
    details: noDetails,
  },
  CROSS_SITE: {
    status: 403,
    when: "a page of another site asks: nothing but the UI's pages is answered to it, unless --cors-origin names its origin",
    details: noDetails,
  },
  WRITE_NOT_ALLOWED: {
    status: 403,
    when: "the server was started without --allow-write",
    details: noDetails,
  },
  NOT_FOUND: { status: 404, when: "nothing is served at the address", details: noDetails },
  SIMULATION_NOT_FOUND: {
    status: 404,
    when: "there is no such run, or it cannot be asked",
    details: z.object({
      reference: z.string(),
      nearest: z.array(z.string()).meta({ description: "ids that look like it" }),
      refused: z
        .string()
        .optional()
        .meta({ description: "why a run of that name, which is there, is not asked" }),
    }),
  },
  EVENT_NOT_FOUND: {
    status: 404,
    when: "the run has no such event",
    details: z.object({ simulation_id: z.string(), event_id: z.string() }),
  },
  BATCH_NOT_FOUND: {
    status: 404,
    when: "there is no such batch: no run names it",
    details: z.object({
      reference: z.string(),
      nearest: z.array(z.string()).meta({ description: "ids that look like it" }),
    }),
  },
  NOTE_NOT_FOUND: { status: 404, when: "the run has no such note to take away", details: noDetails },
  METHOD_NOT_ALLOWED: {
    status: 405,
    when: "another method than the address has",
    details: noDetails,
  },
  NOT_FORKABLE: {
    status: 409,
    when: "the run cannot be played again up to that turn",
    details: z.object({ simulation_id: z.string() }),
  },
  NOTES_NOT_WRITABLE: {
    status: 409,
    when: "notes.jsonl is as large as it may be, cannot be written, or is being written for too long",
    details: noDetails,
  },
  BODY_TOO_LARGE: { status: 413, when: "the body is larger than is taken", details: noDetails },
  TOO_MANY_ATTEMPTS: {
    status: 429,
    when: "too many wrong tokens from one address in a minute",
    details: noDetails,
  },
  INTERNAL_ERROR: { status: 500, when: "the server's fault", details: noDetails },
  OVERLOADED: {
    status: 503,
    when: "as much is being done as the server does at a time; Retry-After says when to come back",
    details: noDetails,
  },
  TOO_MANY_STREAMS: {
    status: 503,
    when: "as many streams are open as the server holds; Retry-After says when to come back",
    details: noDetails,
  },
} as const;
export type ApiErrorCode = keyof typeof API_ERRORS;
export const API_ERROR_CODES = Object.keys(API_ERRORS).filter((code): code is ApiErrorCode =>
  Object.hasOwn(API_ERRORS, code),
);

/** What every question may come to. */
export const COMMON_ERRORS = [
  "INVALID_ARGUMENT",
  "UNAUTHENTICATED",
  "CROSS_SITE",
  "TOO_MANY_ATTEMPTS",
  "INTERNAL_ERROR",
  "OVERLOADED",
] as const satisfies readonly ApiErrorCode[];

/** What everything that is to be done may come to. */
export const COMMAND_ERRORS = [
  ...COMMON_ERRORS,
  "WRITE_NOT_ALLOWED",
  "BODY_TOO_LARGE",
] as const satisfies readonly ApiErrorCode[];

/** The body of every answer that is no success. */
export const errorSchema = receivedErrorSchema
  .extend({ code: z.enum(API_ERROR_CODES) })
  .meta({ title: "Error" });
export type ApiErrorBody = z.infer<typeof errorSchema>;
