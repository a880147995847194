import type { RunDetails } from "@llm-sim/api";
import type { JsonValue } from "@llm-sim/events/schema";

export interface Setting {
  /** `prices.bread` */
  name: string;
  value: JsonValue;
}

/** Objects are opened so deep; what lies deeper is one value. */
const DEPTH = 4;

/** A run's parameters one by one, those of objects by their keys joined with a dot; for reading alone. */
export function settingsOf(parameters: RunDetails["parameters"]): Setting[] {
  return parameters === undefined ? [] : leaves("", parameters, DEPTH);
}

function leaves(name: string, value: JsonValue, depth: number): Setting[] {
  if (typeof value !== "object" || value === null || Array.isArray(value) || depth === 0)
    return [{ name, value }];
  return Object.entries(value).flatMap(([key, own]) =>
    leaves(name === "" ? key : `${name}.${key}`, own, depth - 1),
  );
}
