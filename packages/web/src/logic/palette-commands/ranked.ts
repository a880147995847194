import type { PaletteGroup, PaletteItem } from "./palette-item.ts";

/** How well an item fits what is typed: the sum over its words, or 0 where one of them is nowhere. */
function fit({ label, hint = "", words = "" }: PaletteItem, typed: readonly string[]): number {
  const name = label.toLowerCase();
  const others = `${hint} ${words}`.toLowerCase();
  let sum = 0;
  for (const word of typed) {
    const at = name.indexOf(word);
    if (at === 0) sum += 8;
    else if (at > 0) sum += /[\p{L}\p{N}]/u.test(name[at - 1] ?? "") ? 2 : 5;
    else if (others.includes(word)) sum += 1;
    else return 0;
  }
  // Of two that fit alike, the shorter has less that was not asked for.
  return sum + 1 / (2 + name.length);
}

/** The items that hold every word that is typed, the best first; of each group at most so many. Nothing typed narrows nothing. */
export function ranked(
  groups: readonly PaletteGroup[],
  text: string,
  most: number,
): { heading: string; items: PaletteItem[]; more: number }[] {
  const typed = text.toLowerCase().split(/\s+/).filter(Boolean);
  return groups
    .map(({ heading, items }) => {
      const fitting =
        typed.length === 0
          ? [...items]
          : items
              .map((item) => ({ item, fit: fit(item, typed) }))
              .filter((one) => one.fit > 0)
              .sort((one, other) => other.fit - one.fit)
              .map(({ item }) => item);
      return { heading, items: fitting.slice(0, most), more: Math.max(0, fitting.length - most) };
    })
    .filter(({ items }) => items.length > 0);
}

/** The items, each once by its id, the first of them. */
export function once(items: readonly PaletteItem[]): PaletteItem[] {
  return [...new Map(items.toReversed().map((item) => [item.id, item])).values()].toReversed();
}
