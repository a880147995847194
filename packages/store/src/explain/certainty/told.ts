import type { Gap } from "../answers/index.ts";

/** So many of one reason are told of one by one. */
export const MAX_TOLD = 20;

/**
 * The first gaps of one reason, and how many more there are.
 *
 * @param total how many there are, where `gaps` are only the first
 */
export function told(gaps: readonly Gap[], total = gaps.length): Gap[] {
  const first = gaps.slice(0, MAX_TOLD);
  const more = total - first.length;
  if (first[0] === undefined || more <= 0) return first;
  return [
    ...first,
    { kind: first[0].kind, message: `There ${more === 1 ? "is 1" : `are ${more}`} more of this kind.` },
  ];
}
