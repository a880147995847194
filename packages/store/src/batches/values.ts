import type { BatchVariable } from "@llm-sim/api";
import type { JsonValue } from "@llm-sim/events/schema";
import { canonicalJson } from "@llm-sim/events/state";

/** Different values of a variable that is no number that are listed. */
const MOST_VALUES = 50;

/** Commonest first. */
export function valuesOf(
  all: readonly (JsonValue | undefined)[],
): Pick<BatchVariable, "values" | "values_left_out"> {
  const counts = new Map<string, { value: JsonValue; runs: number }>();
  for (const value of all) {
    if (value === undefined) continue;
    const key = canonicalJson(value);
    const known = counts.get(key) ?? { value, runs: 0 };
    known.runs++;
    counts.set(key, known);
  }
  const values = [...counts.values()].toSorted((a, b) => b.runs - a.runs);
  const leftOut = values.length - MOST_VALUES;
  return { values: values.slice(0, MOST_VALUES), ...(leftOut > 0 && { values_left_out: leftOut }) };
}
