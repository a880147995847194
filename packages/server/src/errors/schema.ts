import * as z from "zod";
import { API_ERRORS, type ApiErrorCode } from "./api-error.ts";

const CODES = Object.keys(API_ERRORS).filter((code): code is ApiErrorCode => Object.hasOwn(API_ERRORS, code));

/** The body of every answer that is no success. */
export const errorSchema = z
  .strictObject({
    code: z.enum(CODES),
    message: z.string().meta({ description: "one line: what is wrong and what to do" }),
    details: z
      .record(z.string(), z.unknown())
      .optional()
      .meta({ description: "of INVALID_ARGUMENT, parameter and, for a name nearly right, nearest" }),
  })
  .meta({ title: "Error" });
