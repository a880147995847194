import type { Entry } from "./entry.ts";
import type { SameCauses } from "./same-causes.ts";

/** Events that have the same logical key but do not say the same, or do not rest on the same, or that only one run has. */
export interface Pair {
  left?: Entry;
  right?: Entry;
  /** The place within the turn, in the run that has it; the left's where both do. */
  place: number;
  /** The how-many-th event of its kind, agent and name in the turn, from 1, in the run that has it; the left's where both do. */
  occurrence: number;
}

/** One turn of both runs, aligned. */
export interface AlignedTurn {
  differences: Pair[];
  /** How many events at the turn's beginning are the same on both sides. */
  common: number;
  /** The last few of those, the left's. */
  tail: Entry[];
  /** The events behind those, in their order. */
  left: Entry[];
  right: Entry[];
}

const TAIL = 3;
/** Events of a turn that are kept until it is known whether their number counts. */
const MAX_KEPT = 50_000;
/** Pairs of events of one key that are compared to find those that say the same: 4 ms. */
const MAX_COMPARED = 4096;

/**
 * Aligns one turn: events are the same event where turn, kind, agent and name are; of several, those that say the same, in their
 * order, and between these the first with the first. As long as both runs say the same in the same order, nothing is kept.
 *
 * @param causes is told which events are the same one; `undefined` where causes do not count
 */
export function alignTurn(
  leftEntries: Iterable<Entry>,
  rightEntries: Iterable<Entry>,
  causes: SameCauses | undefined,
): AlignedTurn {
  const lefts = leftEntries[Symbol.iterator]();
  const rights = rightEntries[Symbol.iterator]();
  const seen = new Map<string, number>();
  let common = 0;
  let left = lefts.next();
  let right = rights.next();
  const prefix: Entry[] = [];
  while (!left.done && !right.done && left.value.line.isSame(right.value.line)) {
    if (causes?.areSame(left.value.row, right.value.row) === false) break;
    causes?.pair(left.value.row, right.value.row);
    common++;
    if (prefix.push(left.value) > MAX_KEPT)
      for (const entry of prefix.splice(0, MAX_KEPT - TAIL)) count(seen, entry.key);
    left = lefts.next();
    right = rights.next();
  }
  const leftRest = left.done ? [] : [left.value, ...{ [Symbol.iterator]: () => lefts }];
  const rightRest = right.done ? [] : [right.value, ...{ [Symbol.iterator]: () => rights }];
  const tail = prefix.slice(-TAIL);
  if (leftRest.length === 0 && rightRest.length === 0)
    return { differences: [], common, tail, left: [], right: [] };
  for (const entry of prefix) count(seen, entry.key);
  return {
    differences: differences(leftRest, rightRest, seen, common, causes),
    common,
    tail,
    left: leftRest,
    right: rightRest,
  };
}

interface Placed {
  entry: Entry;
  place: number;
}

function differences(
  left: readonly Entry[],
  right: readonly Entry[],
  seen: Map<string, number>,
  common: number,
  causes: SameCauses | undefined,
): Pair[] {
  const rights = byKey(right, common);
  const found: Pair[] = [];
  const missing: Pair[] = [];
  const same: Required<Pair>[] = [];
  const take = (key: string, ones: readonly Placed[], others: readonly Placed[]) => {
    const before = seen.get(key) ?? 0;
    const isSame = comparisonOf(ones, others);
    for (const [own, other] of matchesOf(ones.length, others.length, isSame)) {
      const [one, partner] = [ones[own ?? -1], others[other ?? -1]];
      const occurrence = before + 1 + (own ?? other ?? 0);
      if (one) {
        const pair = { left: one.entry, place: one.place, occurrence };
        if (partner === undefined) found.push(pair);
        else (isSame(own ?? 0, other ?? 0) ? same : found).push({ ...pair, right: partner.entry });
      } else if (partner) missing.push({ right: partner.entry, place: partner.place, occurrence });
    }
  };
  for (const [key, ones] of byKey(left, common)) {
    take(key, ones, rights.get(key) ?? []);
    rights.delete(key);
  }
  for (const [key, others] of rights) take(key, [], others);
  const differing = withDecisionsPaired([...found, ...missing]);
  if (causes !== undefined) {
    for (const { left: one, right: other } of [...same, ...differing])
      if (one && other) causes.pair(one.row, other.row);
    differing.push(...same.filter((pair) => !causes.areSame(pair.left.row, pair.right.row)));
  }
  return differing.sort((a, b) => a.place - b.place);
}

function byKey(entries: readonly Entry[], common: number): Map<string, Placed[]> {
  const keyed = new Map<string, Placed[]>();
  for (const [place, entry] of entries.entries()) {
    const { key } = entry;
    const known = keyed.get(key);
    if (known) known.push({ entry, place: common + place });
    else keyed.set(key, [{ entry, place: common + place }]);
  }
  return keyed;
}

/** Whether two events say the same, by their numbers. */
type Comparison = (left: number, right: number) => boolean;

/** The last answer is kept: most keys have one event on either side, which is asked for more than once. */
function comparisonOf(left: readonly Placed[], right: readonly Placed[]): Comparison {
  let [lastLeft, lastRight, last] = [-1, -1, false];
  return (one, other) => {
    if (one === lastLeft && other === lastRight) return last;
    const [a, b] = [left[one], right[other]];
    [lastLeft, lastRight] = [one, other];
    last = a !== undefined && b !== undefined && a.entry.line.isSame(b.entry.line);
    return last;
  };
}

type Match = readonly [left: number | undefined, right: number | undefined];

/**
 * Which of several events of one key belong together, by their numbers: where one is there in one run only, those behind it are
 * still the same as before.
 */
function matchesOf(left: number, right: number, isSame: Comparison): Match[] {
  const matches: Match[] = [];
  let [one, other] = [0, 0];
  // Between those that say the same, the first belongs to the first.
  const upTo = (end: number, otherEnd: number) => {
    for (; one < end || other < otherEnd; one++, other++) {
      matches.push([one < end ? one : undefined, other < otherEnd ? other : undefined]);
    }
    [one, other] = [end, otherEnd];
  };
  for (const [a, b] of longestInCommon(left, right, isSame)) {
    upTo(a, b);
    upTo(a + 1, b + 1);
  }
  upTo(left, right);
  return matches;
}

/** The longest common subsequence of two lists, as pairs of places; of what is too long for that, its beginning and end. */
function longestInCommon(left: number, right: number, isSame: Comparison): [number, number][] {
  let start = 0;
  while (start < Math.min(left, right) && isSame(start, start)) start++;
  let tail = 0;
  while (tail < Math.min(left, right) - start && isSame(left - 1 - tail, right - 1 - tail)) tail++;
  const found = Array.from({ length: start }, (_, at): [number, number] => [at, at]);
  const [rows, columns] = [left - tail - start, right - tail - start];
  if (rows > 0 && columns > 0 && rows * columns > 1 && rows * columns <= MAX_COMPARED) {
    // lengths[row][column]: of the longest one from there on.
    const lengths = Array.from({ length: rows + 1 }, () => new Uint16Array(columns + 1));
    const lengthAt = (row: number, column: number) => lengths[row]?.[column] ?? 0;
    const same = Array.from(Array(rows).keys(), (row) =>
      Array.from(Array(columns).keys(), (column) => isSame(start + row, start + column)),
    );
    for (let row = rows - 1; row >= 0; row--) {
      const own = lengths[row];
      if (!own) continue;
      for (let column = columns - 1; column >= 0; column--) {
        own[column] = same[row]?.[column]
          ? lengthAt(row + 1, column + 1) + 1
          : Math.max(lengthAt(row + 1, column), lengthAt(row, column + 1));
      }
    }
    for (let row = 0, column = 0; row < rows && column < columns; ) {
      if (same[row]?.[column]) found.push([start + row++, start + column++]);
      else if (lengthAt(row + 1, column) >= lengthAt(row, column + 1)) row++;
      else column++;
    }
  }
  for (let at = tail; at > 0; at--) found.push([left - at, right - at]);
  return found;
}

/**
 * Where an agent decided on one thing in one run and on another in the other, the two have different names; they are the same
 * decision all the same.
 */
function withDecisionsPaired(pairs: readonly Pair[]): Pair[] {
  const waiting = new Map<string, Pair[]>();
  for (const pair of pairs) {
    const agent = pair.left === undefined ? pair.right?.decidingAgent : undefined;
    if (agent !== undefined) waiting.set(agent, [...(waiting.get(agent) ?? []), pair]);
  }
  const taken = new Set<Pair>();
  const paired = pairs.map((pair) => {
    const agent = pair.right === undefined ? pair.left?.decidingAgent : undefined;
    const partner = agent === undefined ? undefined : waiting.get(agent)?.shift();
    if (partner?.right === undefined) return pair;
    taken.add(partner);
    return { ...pair, right: partner.right };
  });
  return paired.filter((pair) => !taken.has(pair));
}

function count(seen: Map<string, number>, key: string): number {
  const occurrence = (seen.get(key) ?? 0) + 1;
  seen.set(key, occurrence);
  return occurrence;
}
