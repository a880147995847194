import * as z from "zod";

const TIMESTAMP_PATTERN =
  /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3])(:[0-5]\d){2}\.\d{6}Z$/;

export const timestampSchema = z
  .string()
  .regex(TIMESTAMP_PATTERN, "expected UTC with six digits of microseconds, as in 2026-11-23T07:15:00.000123Z")
  .meta({ description: "ISO 8601, UTC, microseconds" });
