import { inspect } from "node:util";
import { current, isDraft } from "immer";
import { isPlainObject } from "./json-copy.ts";

/** The value as it is now, free of drafts at any depth; what holds none is handed back as it is. Counts as reading all of it. */
export function withoutDrafts(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isDraft(value)) return current(value);
  if (Object.isFrozen(value)) return value;
  if (Array.isArray(value)) return value.map(withoutDrafts);
  if (!isPlainObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, withoutDrafts(member)]));
}

/** The target of a proxy of which `console.log` shows what it stands for, read as any other code would read it. */
export function inspectable<T extends object>(target: T): T {
  return Object.defineProperty(target, inspect.custom, { value: shownAsPlain, configurable: true });
}

function shownAsPlain(this: object): unknown {
  return withoutDrafts(this);
}
