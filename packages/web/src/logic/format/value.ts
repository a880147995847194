import type { JsonValue } from "@llm-sim/events/schema";
import { shorten } from "@llm-sim/events/words";
import { formatNumber } from "./number.ts";

const MAX_INLINE = 120;

/** A JSON value on one line: numbers grouped, text bare, the rest as JSON, cut where it is long. */
export function formatValue(value: JsonValue | undefined, maximum = MAX_INLINE): string {
  if (value === undefined || value === null) return "–";
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  return shorten(typeof value === "string" ? value : JSON.stringify(value), maximum);
}
