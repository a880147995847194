import { type JsonValue, memberOf } from "@llm-sim/events/schema";
import { formatChange, formatDifference, formatValue } from "../format/index.ts";

/** One member of a value that changed; `path` is empty for the value itself. */
export interface ValueChange {
  path: string;
  from: string;
  to: string;
  /** For numbers: the signed difference, and its share of the old value. */
  difference?: string;
  share?: string;
  direction: "up" | "down" | "none";
}

const MAX_CHANGES = 40;

/** What differs between two values, member by member where both are objects or both are lists. */
export function valueChanges(from: JsonValue | undefined, to: JsonValue | undefined): ValueChange[] {
  const found: ValueChange[] = [];
  collect("", from, to, found);
  return found;
}

/** Members of a list that are looked at. */
const MAX_LOOKED_AT = 200;

/** Whether a change tells of a value no more than its beginning, or loses its lines. Numbers in lists are no text. */
export function isToldInPart(value: JsonValue | undefined): boolean {
  if (typeof value === "string") return value.includes("\n") || formatValue(value) !== value;
  if (Array.isArray(value))
    return value.slice(0, MAX_LOOKED_AT).some((item) => !Array.isArray(item) && isToldInPart(item));
  if (!isRecord(value)) return false;
  return formatValue(value) !== JSON.stringify(value) || Object.values(value).some(isToldInPart);
}

function collect(
  path: string,
  from: JsonValue | undefined,
  to: JsonValue | undefined,
  found: ValueChange[],
): void {
  if (found.length >= MAX_CHANGES) return;
  if (isRecord(from) && isRecord(to)) {
    for (const key of new Set([...Object.keys(from), ...Object.keys(to)]))
      if (!same(memberOf(from, key), memberOf(to, key)))
        collect(path === "" ? key : `${path}.${key}`, memberOf(from, key), memberOf(to, key), found);
    return;
  }
  found.push({ path, from: formatValue(from), to: formatValue(to), ...difference(from, to) });
}

function difference(
  from: JsonValue | undefined,
  to: JsonValue | undefined,
): Omit<ValueChange, "path" | "from" | "to"> {
  if (typeof from !== "number" || typeof to !== "number") return { direction: "none" };
  // A binary fraction's noise (0.1 + 0.2) is not part of the difference: 12 digits are kept.
  const by = Number((to - from).toPrecision(12));
  const share = formatChange(from, to);
  return {
    difference: formatDifference(by),
    ...(share === undefined ? {} : { share }),
    direction: by > 0 ? "up" : by < 0 ? "down" : "none",
  };
}

function isRecord(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Equal as JSON; members in whatever order. */
export function same(one: JsonValue | undefined, other: JsonValue | undefined): boolean {
  if (one === other) return true;
  if (Array.isArray(one) && Array.isArray(other))
    return one.length === other.length && one.every((item, at) => same(item, other[at]));
  if (isRecord(one) && isRecord(other)) {
    const keys = Object.keys(one);
    return (
      keys.length === Object.keys(other).length &&
      keys.every((key) => Object.hasOwn(other, key) && same(one[key], other[key]))
    );
  }
  return false;
}
