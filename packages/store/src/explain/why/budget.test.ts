import fc from "fast-check";
import { expect, it } from "vitest";
import { withinSteps } from "./budget.ts";
import type { Passage } from "./passage.ts";

const passages = fc
  .array(
    fc.record({
      part: fc.constantFrom("asked", "rested", "behind" as const),
      from: fc.integer({ min: 0, max: 3 }),
      isAside: fc.boolean(),
      isRead: fc.boolean(),
    }),
    { maxLength: 40 },
  )
  .map((drawn) => drawn.map((passage, row): Passage => ({ ...passage, rows: [row] })));

/** One step at a time: of the reader with most steps the last two made one. */
function oneByOne(all: readonly Passage[], most: number): Passage[] {
  const kept = [...all];
  const fold = (few: number, isMeant: (passage: Passage) => boolean): boolean => {
    const readers = new Map<string, number[]>();
    for (const [at, passage] of kept.entries()) {
      const key = `${passage.part} ${passage.from}`;
      if (passage.isRead && isMeant(passage)) readers.set(key, [...(readers.get(key) ?? []), at]);
    }
    const [places = []] = [...readers.values()].sort((a, b) => b.length - a.length);
    if (places.length <= few) return false;
    const [into = 0, last = 0] = places.slice(-2);
    const [first, second] = [kept[into], kept[last]];
    if (!first || !second) return false;
    const { part, from, isAside } = first;
    kept[into] = { part, from, isAside, rows: [...first.rows, ...second.rows], isRead: true, isRest: true };
    kept.splice(last, 1);
    return true;
  };
  const drop = (): boolean => {
    const last = kept.findLastIndex(({ isAside }) => isAside === true);
    if (last >= 0) kept.splice(last, 1);
    return last >= 0;
  };
  const isAside = (passage: Passage) => passage.isAside === true;
  while (kept.length > most && (fold(2, () => true) || fold(1, isAside) || drop() || fold(1, () => true)));
  return kept;
}

it("what is too long is made shorter as if one step were taken away at a time", () => {
  fc.assert(
    fc.property(passages, fc.integer({ min: 0, max: 40 }), (all, most) => {
      expect(withinSteps(all, most)).toEqual(oneByOne(all, most));
    }),
    { numRuns: 300 },
  );
});

it("a hundred thousand readings of one step are told in few, in time that grows with their number", () => {
  const many = Array.from(
    { length: 100_000 },
    (_, row): Passage => ({ part: "rested", from: 1, rows: [row], isRead: true }),
  );
  const kept = withinSteps(many, 12);
  expect(kept.map(({ rows }) => rows.length)).toEqual([...Array.from({ length: 11 }, () => 1), 99_989]);
});
