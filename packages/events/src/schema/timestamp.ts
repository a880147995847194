import * as z from "zod";

const TIMESTAMP_PATTERN = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/;

export const timestampSchema = z
  .string()
  .regex(TIMESTAMP_PATTERN, "expected UTC with six digits of microseconds, as in 2026-11-23T07:15:00.000123Z")
  .meta({ description: "ISO 8601, UTC, microseconds" });
