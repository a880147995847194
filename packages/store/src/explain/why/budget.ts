import type { Passage } from "./passage.ts";

/** Steps about what one reader read, where it has to be short. */
const FEW = 2;

/**
 * The passages in at most so many steps, as far as that goes: what else one reader read is told by names in one step, then
 * asides are left out, the last first.
 */
export function withinSteps(passages: readonly Passage[], most: number): Passage[] {
  const kept = [...passages];
  const isAny = () => true;
  while (
    kept.length > most &&
    (foldOne(kept, FEW, isAny) || foldOne(kept, 1, isAside) || dropAside(kept) || foldOne(kept, 1, isAny))
  );
  return kept;
}

function isAside(passage: Passage): boolean {
  return passage.isAside === true;
}

/** Of the reader with most steps, the last two made one. */
function foldOne(passages: Passage[], few: number, isMeant: (passage: Passage) => boolean): boolean {
  const counts = new Map<string, number>();
  const keyOf = (passage: Passage) =>
    passage.isRead === true && isMeant(passage) ? `${passage.part} ${passage.from}` : undefined;
  for (const passage of passages) {
    const key = keyOf(passage);
    if (key !== undefined) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  if (most === undefined || most[1] <= few) return false;
  const places = passages.flatMap((passage, at) => (keyOf(passage) === most[0] ? [at] : []));
  const [into, last] = places.slice(-2);
  if (into === undefined || last === undefined) return false;
  const [first, second] = [passages[into], passages[last]];
  if (first === undefined || second === undefined) return false;
  const { part, from } = first;
  passages[into] = {
    part,
    from,
    isAside: first.isAside,
    rows: [...first.rows, ...second.rows],
    isRead: true,
    isRest: true,
  };
  passages.splice(last, 1);
  return true;
}

function dropAside(passages: Passage[]): boolean {
  const last = passages.findLastIndex(isAside);
  if (last === -1) return false;
  passages.splice(last, 1);
  return true;
}
