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

/**
 * A value in a label, where it stands alone: `1000`, `calm`, `[1,2,3]`, of a long list how it begins: `[1,2,… 98 more]`; of an
 * object only that it is one: `{…}`.
 */
export function valueLabel(value: unknown, maxLength = MAX_LENGTH): string {
  if (typeof value === "string") return shorten(value, maxLength);
  if (Array.isArray(value)) return listLabel(value, maxLength);
  return typeof value === "object" && value !== null ? "{…}" : String(value);
}

/** Of a list within a list. */
const MAX_NESTED = 20;

/** No more of the list is looked at than is shown: it may have a million members, and a label is made of every write. */
function listLabel(list: readonly unknown[], maxLength: number): string {
  let text = "[";
  for (const [place, item] of list.entries()) {
    const left = list.length - place;
    const piece = `${place === 0 ? "" : ","}${itemLabel(item, maxLength)}`;
    const more = left === 1 ? "" : `,… ${left - 1} more`;
    if (text.length + piece.length + more.length + 1 > maxLength)
      return `${text}${place === 0 ? "" : ","}… ${left} more]`;
    text += piece;
  }
  return `${text}]`;
}

function itemLabel(item: unknown, maxLength: number): string {
  if (typeof item === "string") return valueText(item, Math.min(MAX_NESTED, maxLength));
  if (Array.isArray(item)) return maxLength < MAX_LENGTH ? "[…]" : listLabel(item, MAX_NESTED);
  if (typeof item === "object" && item !== null) return "{…}";
  const isJson = typeof item === "boolean" || (typeof item === "number" && Number.isFinite(item));
  return isJson ? String(item) : "null";
}

/** As {@link valueLabel} was until lists were told by what is in them: of a list, only how long it is. */
export function formerLabel(value: unknown): string {
  return Array.isArray(value) ? `[${value.length}]` : valueLabel(value);
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
