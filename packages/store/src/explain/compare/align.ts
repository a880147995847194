import { eachOf, type Steps } from "../../pace/index.ts";
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
/** Events that are looked at between two stops: a millisecond. */
const STEP = 256;

/**
 * Aligns one turn: events are the same event where turn, kind, agent and name are; of several, those that say the same, in their
 * order, and between these the first with the first. As long as both runs say the same in the same order, nothing is kept.
 *
 * @param causes is told which events are the same one; `undefined` where causes do not count
 */
export function* alignTurn(
  leftEntries: Iterable<Entry>,
  rightEntries: Iterable<Entry>,
  causes: SameCauses | undefined,
): Steps<AlignedTurn> {
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
      yield* eachOf(prefix.splice(0, MAX_KEPT - TAIL), (entry) => count(seen, entry.key));
    if (common % STEP === 0) yield;
    left = lefts.next();
    right = rights.next();
  }
  const leftRest = yield* restOf(left, lefts);
  const rightRest = yield* restOf(right, rights);
  const tail = prefix.slice(-TAIL);
  if (leftRest.length === 0 && rightRest.length === 0)
    return { differences: [], common, tail, left: [], right: [] };
  yield* eachOf(prefix, (entry) => count(seen, entry.key));
  return {
    differences: yield* differences(leftRest, rightRest, seen, common, causes),
    common,
    tail,
    left: leftRest,
    right: rightRest,
  };
}

/** What has been taken of the entries last, and those behind it. */
function* restOf(taken: IteratorResult<Entry>, entries: Iterator<Entry>): Steps<Entry[]> {
  const rest: Entry[] = [];
  for (let next = taken; !next.done; next = entries.next()) if (rest.push(next.value) % STEP === 0) yield;
  return rest;
}

interface Placed {
  entry: Entry;
  place: number;
}

function* differences(
  left: readonly Entry[],
  right: readonly Entry[],
  seen: Map<string, number>,
  common: number,
  causes: SameCauses | undefined,
): Steps<Pair[]> {
  const rights = yield* byKey(right, common);
  const found: Pair[] = [];
  const missing: Pair[] = [];
  const same: Required<Pair>[] = [];
  function* take(key: string, ones: readonly Placed[], others: readonly Placed[]): Steps {
    const before = seen.get(key) ?? 0;
    const isSame = comparisonOf(ones, others);
    const matches = yield* matchesOf(ones.length, others.length, isSame);
    yield* eachOf(matches, ([own, other]) => {
      const [one, partner] = [ones[own ?? -1], others[other ?? -1]];
      const occurrence = before + 1 + (own ?? other ?? 0);
      if (one) {
        const pair = { left: one.entry, place: one.place, occurrence };
        if (partner === undefined) found.push(pair);
        else (isSame(own ?? 0, other ?? 0) ? same : found).push({ ...pair, right: partner.entry });
      } else if (partner) missing.push({ right: partner.entry, place: partner.place, occurrence });
    });
  }
  let taken = 0;
  for (const [key, ones] of yield* byKey(left, common)) {
    const others = rights.get(key) ?? [];
    yield* take(key, ones, others);
    rights.delete(key);
    // Of one key there are few, mostly.
    taken += ones.length + others.length;
    if (taken < STEP) continue;
    taken = 0;
    yield;
  }
  for (const [key, others] of rights) {
    yield* take(key, [], others);
    if (++taken % STEP === 0) yield;
  }
  const differing = yield* withDecisionsPaired([...found, ...missing]);
  if (causes !== undefined) {
    const pair = ({ left: one, right: other }: Pair) => {
      if (one && other) causes.pair(one.row, other.row);
    };
    yield* eachOf(same, pair);
    yield* eachOf(differing, pair);
    yield* eachOf(same, (one) => {
      if (!causes.areSame(one.left.row, one.right.row)) differing.push(one);
    });
  }
  return yield* inPlace(differing, common);
}

/** By their places; those of one place in the order that they have. */
function* inPlace(pairs: readonly Pair[], common: number): Steps<Pair[]> {
  const places: Pair[][] = [];
  yield* eachOf(pairs, (pair) => {
    const at = pair.place - common;
    const there = places[at];
    if (there) there.push(pair);
    else places[at] = [pair];
  });
  const sorted: Pair[] = [];
  yield* eachOf(places, (there: readonly Pair[] | undefined) => void sorted.push(...(there ?? [])), 4096);
  return sorted;
}

function* byKey(entries: readonly Entry[], common: number): Steps<Map<string, Placed[]>> {
  const keyed = new Map<string, Placed[]>();
  yield* eachOf(entries.entries(), ([place, entry]) => {
    const { key } = entry;
    const known = keyed.get(key);
    if (known) known.push({ entry, place: common + place });
    else keyed.set(key, [{ entry, place: common + place }]);
  });
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
function* matchesOf(left: number, right: number, isSame: Comparison): Steps<Match[]> {
  const matches: Match[] = [];
  let [one, other] = [0, 0];
  // Between those that say the same, the first belongs to the first.
  const upTo = (end: number, otherEnd: number) => {
    for (; one < end || other < otherEnd; one++, other++) {
      matches.push([one < end ? one : undefined, other < otherEnd ? other : undefined]);
    }
    [one, other] = [end, otherEnd];
  };
  const pairs = yield* longestInCommon(left, right, isSame);
  yield* eachOf(pairs, ([a, b]) => {
    upTo(a, b);
    upTo(a + 1, b + 1);
  });
  upTo(left, right);
  return matches;
}

/** The longest common subsequence of two lists, as pairs of places; of what is too long for that, its beginning and end. */
function* longestInCommon(left: number, right: number, isSame: Comparison): Steps<[number, number][]> {
  let start = 0;
  while (start < Math.min(left, right) && isSame(start, start)) if (++start % STEP === 0) yield;
  let tail = 0;
  while (tail < Math.min(left, right) - start && isSame(left - 1 - tail, right - 1 - tail))
    if (++tail % STEP === 0) yield;
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
function* withDecisionsPaired(pairs: readonly Pair[]): Steps<Pair[]> {
  const waiting = new Map<string, Pair[]>();
  yield* eachOf(pairs, (pair) => {
    const agent = pair.left === undefined ? pair.right?.decidingAgent : undefined;
    if (agent === undefined) return;
    const known = waiting.get(agent);
    if (known) known.push(pair);
    else waiting.set(agent, [pair]);
  });
  // The first is taken first, from the end, which costs the same however many there are.
  for (const waits of waiting.values()) waits.reverse();
  const taken = new Set<Pair>();
  const paired: Pair[] = [];
  yield* eachOf(pairs, (pair) => {
    const agent = pair.right === undefined ? pair.left?.decidingAgent : undefined;
    const partner = agent === undefined ? undefined : waiting.get(agent)?.pop();
    if (partner?.right === undefined) paired.push(pair);
    else {
      taken.add(partner);
      paired.push({ ...pair, right: partner.right });
    }
  });
  const left: Pair[] = [];
  yield* eachOf(paired, (pair) => {
    if (!taken.has(pair)) left.push(pair);
  });
  return left;
}

function count(seen: Map<string, number>, key: string): number {
  const occurrence = (seen.get(key) ?? 0) + 1;
  seen.set(key, occurrence);
  return occurrence;
}
