import type { JsonValue } from "@llm-sim/events/schema";
import { shorten, valueText } from "@llm-sim/events/words";
import { formatNumber } from "./number.ts";

const MAX_INLINE = 120;

/** A JSON value on one line: numbers grouped, text bare, the rest as JSON, cut where it is long. */
export function formatValue(value: JsonValue | undefined, maximum = MAX_INLINE): string {
  if (value === undefined || value === null) return "–";
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "boolean") return value ? "true" : "false";
  return shorten(typeof value === "string" ? value : JSON.stringify(value), maximum);
}

/** Two values that differ, so that it is seen: as they stand where, rounded and without quotes, both look alike. */
export function formatSides(field: {
  left?: JsonValue | undefined;
  right?: JsonValue | undefined;
  left_text?: string | undefined;
  right_text?: string | undefined;
}): { left: string; right: string } {
  const { left, right, left_text, right_text } = field;
  if (left_text !== undefined && right_text !== undefined) return { left: left_text, right: right_text };
  const shown = { left: formatValue(left), right: formatValue(right) };
  return shown.left === shown.right ? { left: valueText(left), right: valueText(right) } : shown;
}
