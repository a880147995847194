import type { Condition } from "./mapping.ts";
import { fieldPath, type JsonRecord } from "./record.ts";

/** Whether a record is as a condition says: every field of it. */
export function matcher(condition: Condition): (record: JsonRecord) => boolean {
  const tests = Object.entries(condition).map(([text, expected]) => {
    const path = fieldPath(text);
    if (typeof expected === "object" && expected !== null && !Array.isArray(expected)) {
      const { exists } = expected;
      return (record: JsonRecord) => isThere(path.of(record)) === exists;
    }
    const wanted: ReadonlySet<unknown> = new Set(Array.isArray(expected) ? expected : [expected]);
    return (record: JsonRecord) => wanted.has(path.of(record) ?? null);
  });
  return (record) => tests.every((test) => test(record));
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null;
}
