import type { JsonValue } from "@llm-sim/events/schema";
import { formatNumber } from "./number.ts";

const MAX_INLINE = 120;

/** A JSON value on one line: numbers grouped, text bare, the rest as JSON, cut where it is long. */
export function formatValue(value: JsonValue | undefined, maximum = MAX_INLINE): string {
  if (value === undefined || value === null) return "–";
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  return cut(typeof value === "string" ? value : JSON.stringify(value), maximum);
}

/** At most `maximum` characters, the last an ellipsis where something was left out. */
export function cut(text: string, maximum: number): string {
  return text.length <= maximum ? text : `${text.slice(0, maximum - 1).trimEnd()}…`;
}
