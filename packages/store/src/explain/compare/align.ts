import type { Entry } from "./entry.ts";

/** Events that have the same logical key but do not say the same, or that only one run has. */
export interface Pair {
  left?: Entry;
  right?: Entry;
  /** The place within the turn, in the run that has it; the left's where both do. */
  place: number;
  /** The how-many-th event of its kind, agent and name in the turn, from 1. */
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

/**
 * Aligns one turn: events are the same event where turn, kind, agent, name and occurrence are. As long as both runs say the
 * same in the same order, nothing is kept.
 */
export function alignTurn(leftEntries: Iterable<Entry>, rightEntries: Iterable<Entry>): AlignedTurn {
  const lefts = leftEntries[Symbol.iterator]();
  const rights = rightEntries[Symbol.iterator]();
  const seen = new Map<string, number>();
  let common = 0;
  let left = lefts.next();
  let right = rights.next();
  const prefix: Entry[] = [];
  while (!left.done && !right.done && left.value.line.isSame(right.value.line)) {
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
    differences: differences(leftRest, rightRest, seen, common),
    common,
    tail,
    left: leftRest,
    right: rightRest,
  };
}

function differences(
  left: readonly Entry[],
  right: readonly Entry[],
  seen: Map<string, number>,
  common: number,
): Pair[] {
  const waiting = new Map<string, { entries: { entry: Entry; place: number }[]; taken: number }>();
  for (const [place, entry] of right.entries()) {
    const { key } = entry;
    const queue = waiting.get(key) ?? { entries: [], taken: 0 };
    queue.entries.push({ entry, place: common + place });
    waiting.set(key, queue);
  }
  const found: Pair[] = [];
  for (const [place, entry] of left.entries()) {
    const { key } = entry;
    const occurrence = count(seen, key);
    const queue = waiting.get(key);
    const partner = queue?.entries[queue.taken];
    if (queue !== undefined) queue.taken++;
    if (partner === undefined) found.push({ left: entry, place: common + place, occurrence });
    else if (!entry.line.isSame(partner.entry.line)) {
      found.push({ left: entry, right: partner.entry, place: common + place, occurrence });
    }
  }
  for (const [key, { entries, taken }] of waiting) {
    for (const { entry, place } of entries.slice(taken))
      found.push({ right: entry, place, occurrence: count(seen, key) });
  }
  return withDecisionsPaired(found).sort((a, b) => a.place - b.place);
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
