import type { JsonValue } from "@llm-sim/events/schema";

const MAX_LENGTH = 60;
const MAX_MEMBERS = 6;

/** A value in few words: `1000`, `"calm"`, `[1,2,3]`, cut where it is long. */
export function valueText(value: JsonValue | undefined, maxLength = MAX_LENGTH): string {
  return value === undefined ? "nothing" : cut(JSON.stringify(value), maxLength);
}

/** `(amount: 5, seller: "bob")`, or nothing where there are no members. */
export function membersText(object: Readonly<Record<string, JsonValue>>): string {
  const members = Object.entries(object).map(([name, value]) => `${name}: ${valueText(value)}`);
  if (members.length === 0) return "";
  const more = members.length > MAX_MEMBERS ? [`${members.length - MAX_MEMBERS} more`] : [];
  return ` (${[...members.slice(0, MAX_MEMBERS), ...more].join(", ")})`;
}

/** `ann`, `ann and bob`, `ann, bob, carol and 9 more` */
export function listText(names: readonly string[]): string {
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : [...names];
  const last = shown.pop() ?? "";
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}

function cut(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const end = text.charCodeAt(maxLength - 2);
  const halvesCharacter = end >= 0xd800 && end <= 0xdbff;
  return `${text.slice(0, maxLength - (halvesCharacter ? 2 : 1))}…`;
}
