import * as z from "zod";

/** Every code that an answer other than 200 can have, its HTTP status, when it comes, and what its `details` hold. */
export const API_ERRORS = {
  INVALID_ARGUMENT: {
    status: 400,
    when: "a parameter is unknown or its value is none; details.parameter names it",
  },
  UNAUTHENTICATED: { status: 401, when: "the server has a token, and the request has not" },
  NOT_FOUND: { status: 404, when: "nothing is served at the address" },
  SIMULATION_NOT_FOUND: { status: 404, when: "there is no such run, or it cannot be asked" },
  EVENT_NOT_FOUND: { status: 404, when: "the run has no such event" },
  METHOD_NOT_ALLOWED: { status: 405, when: "another method than GET, HEAD and OPTIONS" },
  TOO_MANY_ATTEMPTS: { status: 429, when: "too many wrong tokens from one address in a minute" },
  INTERNAL_ERROR: { status: 500, when: "the server's fault" },
  TOO_MANY_STREAMS: { status: 503, when: "as many streams are open as the server holds" },
} as const;
export type ApiErrorCode = keyof typeof API_ERRORS;
export const API_ERROR_CODES = Object.keys(API_ERRORS).filter((code): code is ApiErrorCode =>
  Object.hasOwn(API_ERRORS, code),
);

/** What every question may come to. */
export const COMMON_ERRORS = [
  "INVALID_ARGUMENT",
  "UNAUTHENTICATED",
  "TOO_MANY_ATTEMPTS",
  "INTERNAL_ERROR",
] as const satisfies readonly ApiErrorCode[];

/** `details` by code; the codes that are not here have none. */
export const errorDetails = {
  INVALID_ARGUMENT: z.looseObject({
    parameter: z.string().optional().meta({ description: "absent where the request as a whole is none" }),
    nearest: z
      .string()
      .optional()
      .meta({ description: "the name that may be meant; absent where none is near" }),
    reason: z.string().optional().meta({
      description:
        "STATE_NOT_RECORDED, NO_EVENT_READABLE: why the run cannot answer this; absent where the value itself is wrong",
    }),
  }),
  SIMULATION_NOT_FOUND: z.looseObject({
    reference: z.string(),
    nearest: z.array(z.string()).meta({ description: "ids that look like it" }),
    refused: z
      .string()
      .optional()
      .meta({ description: "why a run of that name, which is there, is not asked" }),
  }),
  EVENT_NOT_FOUND: z.looseObject({ simulation_id: z.string(), event_id: z.string() }),
} as const satisfies Partial<Record<ApiErrorCode, z.ZodType>>;

/** The body of every answer that is no success. */
export const errorSchema = z
  .object({
    code: z.enum(API_ERROR_CODES),
    message: z.string().meta({ description: "one line: what is wrong and what to do" }),
    details: z.record(z.string(), z.unknown()).optional().meta({
      description:
        "of INVALID_ARGUMENT, parameter and, for a name nearly right, nearest; absent of codes that say all",
    }),
  })
  .meta({ title: "Error" });
export type ApiErrorBody = z.infer<typeof errorSchema>;

/** The same as a client takes it: a newer server may have further codes. */
export const receivedErrorSchema = errorSchema.extend({ code: z.string() });
