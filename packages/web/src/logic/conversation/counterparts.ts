import type { Part } from "./conversation.ts";

/**
 * What each part is laid beside, by its key: what the same speaker said at the same place of the call before, counted from the end, where a
 * conversation goes on. Nothing for what has no counterpart: it is new.
 */
export function counterparts(parts: readonly Part[], before: readonly Part[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  const left = new Map<string, string[]>();
  for (const { speaker, text } of before) left.set(speaker, [...(left.get(speaker) ?? []), text]);
  for (const { key, speaker } of parts.toReversed()) {
    const text = left.get(speaker)?.pop();
    if (text !== undefined) texts.set(key, text);
  }
  return texts;
}
