import type { MessageDelta } from "./lines.ts";

// A message said over and over is looked for in the first so many places: more would make a list of equal messages cost its square.
const MOST_PLACES = 16;

/**
 * A list of hashes by the one before it. Pieces that stand in both become ranges, so that a conversation that grows, and one
 * whose beginning is left behind, cost a line what is new in it.
 */
export function deltaOf(list: readonly string[], before: readonly string[]): MessageDelta {
  const places = new Map<string, number[]>();
  before.forEach((hash, place) => {
    const known = places.get(hash);
    if (!known) places.set(hash, [place]);
    else if (known.length < MOST_PLACES) known.push(place);
  });
  const delta: MessageDelta = [];
  let next = 0; // behind the last range: a conversation mostly goes on there
  for (let at = 0; at < list.length; ) {
    const hash = list[at] ?? "";
    let from = 0;
    let longest = 0;
    for (const place of [next, ...(places.get(hash) ?? [])]) {
      const length = commonLength(list, at, before, place);
      if (length > longest) [from, longest] = [place, length];
      if (at + longest === list.length) break;
    }
    if (longest === 0) delta.push(hash);
    else delta.push([from, from + longest]);
    at += Math.max(1, longest);
    if (longest > 0) next = from + longest;
  }
  return delta;
}

function commonLength(list: readonly string[], at: number, before: readonly string[], place: number): number {
  const most = Math.min(list.length - at, before.length - place);
  let length = 0;
  while (length < most && list[at + length] === before[place + length]) length++;
  return length;
}

/** The list again; `undefined` where the one before has no such piece. */
export function listOf(delta: MessageDelta, before: readonly string[]): string[] | undefined {
  const list: string[] = [];
  for (const item of delta) {
    if (typeof item === "string") list.push(item);
    else {
      const [from, to] = item;
      if (from >= to || to > before.length) return undefined;
      list.push(...before.slice(from, to));
    }
  }
  return list;
}
