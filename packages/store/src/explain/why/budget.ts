import type { Passage } from "./passage.ts";

/** Steps about what one reader read, where it has to be short. */
const FEW = 2;

/**
 * The passages in at most so many steps, as far as that goes: what else one reader read is told by names in one step, then
 * asides are left out, the last first.
 */
export function withinSteps(passages: readonly Passage[], most: number): Passage[] {
  const isAny = () => true;
  let kept = folded(passages, most, FEW, isAny);
  kept = folded(kept, most, 1, isAside);
  kept = withoutAsides(kept, most);
  return folded(kept, most, 1, isAny);
}

function isAside(passage: Passage): boolean {
  return passage.isAside === true;
}

/** Of the readers with most steps, the last of each made one, until there are no more than `most`, or each reader has `few`. */
function folded(
  passages: readonly Passage[],
  most: number,
  few: number,
  isMeant: (passage: Passage) => boolean,
): Passage[] {
  const readers = new Map<string, number[]>();
  for (const [place, passage] of passages.entries()) {
    if (passage.isRead !== true || !isMeant(passage)) continue;
    const key = `${passage.part} ${passage.from}`;
    const places = readers.get(key);
    if (places) places.push(place);
    else readers.set(key, [place]);
  }
  const left = stepsLeft(
    [...readers.values()].map(({ length }) => length),
    passages.length - most,
    few,
  );
  const kept: (Passage | undefined)[] = [...passages];
  for (const [reader, places] of [...readers.values()].entries()) {
    const behind = places.slice((left[reader] ?? places.length) - 1);
    const [into] = behind;
    const first = passages[into ?? -1];
    if (into === undefined || first === undefined || behind.length < 2) continue;
    for (const place of behind) kept[place] = undefined;
    const { part, from, isAside: aside } = first;
    const rows = behind.flatMap((place) => passages[place]?.rows ?? []);
    kept[into] = { part, from, isAside: aside, rows, isRead: true, isRest: true };
  }
  return kept.filter((passage) => passage !== undefined);
}

/** How many steps each reader keeps where `excess` of them are taken away one by one, always from who has most, the first of those. */
function stepsLeft(counts: readonly number[], excess: number, few: number): number[] {
  const left = [...counts];
  let over = excess;
  const highest = counts.reduce((one, other) => Math.max(one, other), 0);
  for (let level = highest; level > few && over > 0; level--)
    for (const [reader, count] of left.entries())
      if (count === level && over > 0) {
        left[reader] = count - 1;
        over--;
      }
  return left;
}

function withoutAsides(passages: readonly Passage[], most: number): Passage[] {
  let over = passages.length - most;
  return passages
    .toReversed()
    .filter((passage) => !(over > 0 && isAside(passage) && over-- > 0))
    .toReversed();
}
