import { current, isDraft } from "immer";
import { isPlainObject } from "./json-copy.ts";

/** The value as it is now, free of drafts at any depth; what holds none is handed back as it is. */
export function withoutDrafts(value: unknown): unknown {
  if (isDraft(value)) return current(value);
  if (Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return value.map(withoutDrafts);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutDrafts(member)]));
}
