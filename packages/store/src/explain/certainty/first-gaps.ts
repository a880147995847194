import type { Gap } from "@llm-sim/api";

/** So many of one reason are listed one by one. */
export const MAX_OF_A_KIND = 20;

/**
 * The first gaps of one reason, and how many more there are.
 *
 * @param total how many there are, where `gaps` are only the first
 */
export function firstGaps(gaps: readonly Gap[], total = gaps.length): Gap[] {
  const first = gaps.slice(0, MAX_OF_A_KIND);
  const more = total - first.length;
  return first[0] === undefined || more <= 0 ? first : [...first, furtherGaps(first[0].kind, more)];
}

/** The same for a few lines: of one kind at most so many, the last of them how many more there are. */
export function fewGaps(gaps: readonly Gap[], most: number): Gap[] {
  const kinds = new Set(gaps.map(({ kind }) => kind));
  return [...kinds].flatMap((kind) => {
    const alike = gaps.filter((gap) => gap.kind === kind);
    if (alike.length <= most) return alike;
    const kept = alike.slice(0, most - 1);
    const more = alike.slice(kept.length).reduce((sum, gap) => sum + (gap.more ?? 1), 0);
    return [...kept, furtherGaps(kind, more)];
  });
}

function furtherGaps(kind: Gap["kind"], count: number): Gap {
  return { kind, message: `There ${count === 1 ? "is 1" : `are ${count}`} more of this kind.`, more: count };
}
