import type { JsonValue } from "../schema/index.ts";
import { valueLabel } from "./value.ts";

/** What became of a variable, as a STATE event has it. */
export interface Change {
  old_value: JsonValue;
  new_value: JsonValue;
  change?: "added" | "removed" | undefined;
}

/** `10 → 5`, `= 5` of what was added, `removed, was 5` */
export function courseText(
  { old_value, new_value, change }: Change,
  textOf: (value: JsonValue) => string = valueLabel,
): string {
  if (change === "added") return `= ${textOf(new_value)}`;
  if (change === "removed") return `removed, was ${textOf(old_value)}`;
  return `${textOf(old_value)} → ${textOf(new_value)}`;
}

/** A change behind the name of what changed: `alice.wealth: 10 → 5`, `alice.gold = 5`, `gold removed, was 5` */
export function changeText(
  name: string,
  change: Change,
  textOf: (value: JsonValue) => string = valueLabel,
): string {
  return `${name}${change.change === undefined ? ":" : ""} ${courseText(change, textOf)}`;
}
