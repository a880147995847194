import type { FieldDifference } from "@llm-sim/api";
import { valueText } from "@llm-sim/events/words";
import { formatValue } from "./value.ts";

/** Two values that differ, so that it is seen: as they stand where, rounded and without quotes, both look alike. */
export function formatSides(field: Omit<FieldDifference, "path">): { left: string; right: string } {
  const { left, right, left_text, right_text } = field;
  if (left_text !== undefined && right_text !== undefined) return { left: left_text, right: right_text };
  const shown = { left: formatValue(left), right: formatValue(right) };
  return shown.left === shown.right ? { left: valueText(left), right: valueText(right) } : shown;
}
