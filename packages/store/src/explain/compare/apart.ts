import type { JsonValue } from "@llm-sim/events/schema";
import { isSameJson } from "@llm-sim/events/state";

/** A value, or that there is none. */
export type Value = JsonValue | undefined;

/** By how much the right is more than the left; `undefined` where one is no number. */
export function differenceOf(left: Value, right: Value): number | undefined {
  if (typeof left !== "number" || typeof right !== "number") return undefined;
  // JSON has no infinity.
  return Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, right - left));
}

/**
 * How far two values are apart, from 0 to 1: of two numbers the difference in relation to their sizes (a term of the Canberra
 * distance), of anything else whether they differ.
 */
export function relativeDistance(left: Value, right: Value): number {
  if (isSameJson(left, right)) return 0;
  if (typeof left !== "number" || typeof right !== "number") return 1;
  const largest = Math.max(Math.abs(left), Math.abs(right));
  const [one, other] = [left / largest, right / largest];
  return Math.min(1, Math.abs(one - other) / (Math.abs(one) + Math.abs(other)));
}
