import type { JsonValue } from "@llm-sim/events/schema";
import { shorten, valueLabel } from "@llm-sim/events/words";
import { formatNumber } from "./number.ts";

const MAX_INLINE = 120;

/** A JSON value on one line: numbers grouped, text bare, the rest as JSON, cut where it is long. */
export function formatValue(value: JsonValue | undefined, maximum = MAX_INLINE): string {
  if (value === undefined || value === null) return "–";
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  // Of a list that cannot be shown whole, no more is written than is shown: it may be a map of a million places.
  if (Array.isArray(value) && value.length * 2 > maximum) return valueLabel(value, maximum);
  return shorten(typeof value === "string" ? value : JSON.stringify(value), maximum);
}
