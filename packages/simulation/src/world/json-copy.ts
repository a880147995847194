import type { JsonObject, JsonValue } from "@llm-sim/events/schema";

/** Deeper than this no state or payload is meant to be; it keeps a cycle from overflowing the stack. */
const MAX_DEPTH = 200;

export type PlainObject = { readonly [key: string]: unknown };

/** An object literal, as opposed to an array, a `Map`, a `Date` or an instance of a class. */
export function isPlainObject(value: unknown): value is PlainObject {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/** What kept a value from being JSON: where inside it, and what stood there. */
export interface NotJson {
  /** Keys and indices joined with `.`; empty for the value itself. */
  path: string;
  problem: string;
}

/** Either the copy, which shares nothing with the original, or why there is none. */
export type JsonCopy<T> = { value: T } | { notJson: NotJson };

/** Copies a JSON value. */
export function copyJson(value: unknown): JsonCopy<JsonValue> {
  const failure: { notJson?: NotJson } = {};
  const copied = copy(value, "", 0, failure);
  return failure.notJson || copied === undefined
    ? { notJson: failure.notJson ?? { path: "", problem: "is missing" } }
    : { value: copied };
}

/** Copies a JSON object, an action's payload for instance. */
export function copyJsonObject(value: unknown): JsonCopy<JsonObject> {
  const result = copyJson(value);
  if ("notJson" in result) return result;
  const object = result.value;
  return typeof object === "object" && object !== null && !Array.isArray(object)
    ? { value: object }
    : { notJson: { path: "", problem: "is no object" } };
}

function copy(
  value: unknown,
  path: string,
  depth: number,
  failure: { notJson?: NotJson },
): JsonValue | undefined {
  const problem = problemOf(value, depth);
  if (problem !== undefined) {
    failure.notJson ??= { path, problem };
    return undefined;
  }
  if (Array.isArray(value)) {
    return Array.from(
      value,
      (item: unknown, index) => copy(item, below(path, index), depth + 1, failure) ?? null,
    );
  }
  if (isPlainObject(value)) {
    const copied: JsonObject = {};
    for (const key of Object.keys(value)) {
      const member = copy(value[key], below(path, key), depth + 1, failure);
      if (member === undefined) break;
      if (key === "__proto__") {
        failure.notJson ??= { path: below(path, key), problem: "has a name that objects reserve" };
        break;
      }
      copied[key] = member;
    }
    return copied;
  }
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
}

/** Why JSON cannot carry this value, its members left aside. */
export function problemOf(value: unknown, depth = 0): string | undefined {
  switch (typeof value) {
    case "string":
    case "boolean":
      return undefined;
    case "number":
      return Number.isFinite(value) ? undefined : `is ${value}, which JSON cannot carry`;
    case "object":
      if (value === null) return undefined;
      if (depth > MAX_DEPTH) return `is nested more than ${MAX_DEPTH} deep, or holds itself`;
      if (Array.isArray(value) || isPlainObject(value)) return undefined;
      return `is a ${value.constructor?.name ?? "object"}, where JSON has only plain objects and arrays`;
    case "undefined":
      return "is undefined, which JSON cannot carry";
    default:
      return `is a ${typeof value}, which JSON cannot carry`;
  }
}

function below(path: string, key: string | number): string {
  return path === "" ? String(key) : `${path}.${key}`;
}
