import type { JsonValue } from "../schema/index.ts";
import { cutText, shorten } from "./text.ts";

/** Characters of a value. */
const MAX_LENGTH = 60;

/**
 * A value in a sentence, where it has to be seen where it begins and ends: `1000`, `"calm"`, `[1,2,3]`; cut where it is long:
 * `"calm and…"`; `nothing` where there is none.
 *
 * @param value any that JSON carries
 */
export function valueText(value: unknown, maxLength = MAX_LENGTH): string {
  if (value === undefined) return "nothing";
  const text = JSON.stringify(value);
  if (text.length <= maxLength) return text;
  return typeof value === "string" ? `${cutText(text, maxLength - 2)}…"` : shorten(text, maxLength);
}

/** A value in a label, where it stands alone: `1000`, `calm`; of a structure only what it is: `[3]`, `{…}`. */
export function valueLabel(value: unknown, maxLength = MAX_LENGTH): string {
  if (typeof value === "string") return shorten(value, maxLength);
  if (Array.isArray(value)) return `[${value.length}]`;
  return typeof value === "object" && value !== null ? "{…}" : String(value);
}

/** Members that are shown of an object. */
const MAX_MEMBERS = 6;

/** What something was done with, behind its name: ` (amount: 5, seller: "bob")`, or nothing where there are no members. */
export function membersText(object: Readonly<Record<string, JsonValue>>): string {
  const members = Object.entries(object).map(([name, value]) => `${name}: ${valueText(value)}`);
  if (members.length === 0) return "";
  const more = members.length > MAX_MEMBERS ? [`${members.length - MAX_MEMBERS} more`] : [];
  return ` (${[...members.slice(0, MAX_MEMBERS), ...more].join(", ")})`;
}
