import type { JsonValue } from "@llm-sim/events/schema";
import { canonicalJson } from "@llm-sim/events/state";
import type { FieldDifference } from "../answers/index.ts";

/** Where two JSON values differ, by JSON Pointer, the first `limit` places. Arrays of different length differ as a whole. */
export function jsonDifferences(
  left: JsonValue | undefined,
  right: JsonValue | undefined,
  limit: number,
): FieldDifference[] {
  const found: FieldDifference[] = [];
  compare(left, right, "", found, limit);
  return found;
}

function compare(
  left: JsonValue | undefined,
  right: JsonValue | undefined,
  path: string,
  found: FieldDifference[],
  limit: number,
): void {
  if (found.length >= limit || isSame(left, right)) return;
  if (isObject(left) && isObject(right)) {
    for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
      compare(member(left, name), member(right, name), `${path}/${escaped(name)}`, found, limit);
    }
  } else if (Array.isArray(left) && Array.isArray(right) && left.length === right.length) {
    for (const [place, value] of left.entries())
      compare(value, right[place], `${path}/${place}`, found, limit);
  } else {
    found.push({ path, ...(left === undefined ? {} : { left }), ...(right === undefined ? {} : { right }) });
  }
}

function isSame(left: JsonValue | undefined, right: JsonValue | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  return left === right || canonicalJson(left) === canonicalJson(right);
}

function isObject(value: JsonValue | undefined): value is { [key: string]: JsonValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function member(object: { [key: string]: JsonValue }, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? object[name] : undefined;
}

function escaped(name: string): string {
  return name.replaceAll("~", "~0").replaceAll("/", "~1");
}
