import { Random } from "./random.ts";
import { roundBetween } from "./split.ts";

/** What may tell two groups of runs apart: a variable at the end of a turn, or a setting. */
export interface Sign<What> {
  what: What;
  turn: number;
  /** Its values are of somebody's choice: nothing lies between them. */
  isChosen?: true;
  /** By run; a sign that is not there in every run tells nothing. */
  values: Float64Array;
}

export interface Told<What> {
  sign: Sign<What>;
  atLeast: number;
  /** Whether those with at least so much are in the upper group. */
  isUpper: boolean;
  /** The part of the runs that it puts right. */
  right: number;
  /** How often groups drawn by lot are told apart as well by any of the signs. */
  chance: number;
}

/** Of more runs as many, evenly, are looked at. */
const MOST_RUNS = 200;
/** Of each group, on average: what puts fewer right tells nothing. */
const FEWEST_RIGHT = 0.9;
const MOST_CHANCE = 0.05;

/**
 * The earliest sign by which two groups are told apart, with one threshold, better than chance: as well as fewer than one in twenty
 * of groups of the same sizes drawn by lot, for which all signs are tried (a permutation test of the best sign, so that many signs
 * do not make a chance find). How well is the mean of both groups' parts that are put right, so that a small group counts as much.
 *
 * @param signs in the order in which they are to be found; a turn's together
 * @param isUpper of each run
 */
export function toldApart<What>(
  signs: readonly Sign<What>[],
  isUpper: readonly boolean[],
): Told<What> | undefined {
  const chosen = sampled(isUpper.length);
  const columns = signs.map(({ values }) => new Column(chosen.map((run) => values[run] ?? Number.NaN)));
  const labels = Uint8Array.from(chosen, (run) => (isUpper[run] ? 1 : 0));
  const scores = columns.map((column) => column.best(labels).score);
  if (!scores.some((score) => score >= FEWEST_RIGHT)) return undefined;
  const byLot = scoresByLot(columns, labels);
  const bound = byLot[Math.ceil(byLot.length * (1 - MOST_CHANCE)) - 1] ?? 1;
  const first = scores.findIndex((score) => score >= FEWEST_RIGHT && score > bound);
  const turn = signs[first]?.turn;
  if (turn === undefined) return undefined;
  // Of the signs of one turn the best.
  let best = first;
  for (const [at, score] of scores.entries())
    if (signs[at]?.turn === turn && score > (scores[best] ?? 0)) best = at;
  const sign = signs[best];
  const found = columns[best]?.best(labels);
  if (sign === undefined || found === undefined) return undefined;
  const atLeast = sign.isChosen ? found.above : roundBetween(found.below, found.above);
  const isRight = (value: number, run: number) => value >= atLeast === (isUpper[run] === found.isUpper);
  const asGood = byLot.filter((score) => score >= found.score).length;
  return {
    sign,
    atLeast,
    isUpper: found.isUpper,
    right: sign.values.filter(isRight).length / isUpper.length,
    chance: (asGood + 1) / (byLot.length + 1),
  };
}

function sampled(runs: number): number[] {
  const count = Math.min(runs, MOST_RUNS);
  return Array.from({ length: count }, (_, at) => Math.floor((at * runs) / count));
}

/** The best score of any sign for groups drawn by lot, ascending; the same for the same runs. */
function scoresByLot(columns: readonly Column[], labels: Uint8Array): Float64Array {
  const random = new Random(labels.length);
  const drawn = Uint8Array.from(labels);
  const times = labels.length > 60 ? 99 : 199;
  return Float64Array.from({ length: times }, () => {
    for (let at = drawn.length - 1; at > 0; at--) {
      const other = random.below(at + 1);
      [drawn[at], drawn[other]] = [drawn[other] ?? 0, drawn[at] ?? 0];
    }
    return columns.reduce((best, column) => Math.max(best, column.best(drawn).score), 0);
  }).sort();
}

interface Best {
  score: number;
  /** The neighbours that the threshold lies between. */
  below: number;
  above: number;
  isUpper: boolean;
}

/** A sign's values in ascending order, so that any grouping is looked through in one go. */
class Column {
  readonly #order: Uint32Array;
  readonly #values: readonly number[];
  readonly #isUsable: boolean;

  constructor(values: readonly number[]) {
    this.#values = values;
    this.#isUsable = !values.some(Number.isNaN) && values.some((value) => value !== values[0]);
    this.#order = this.#isUsable
      ? Uint32Array.from(values.keys()).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
      : new Uint32Array();
  }

  /** The threshold that puts most right. */
  best(labels: Uint8Array): Best {
    const order = this.#order;
    const values = this.#values;
    let uppers = 0;
    for (const label of labels) uppers += label;
    const lowers = labels.length - uppers;
    const best = { score: 0.5, at: -1, isUpper: true };
    let upper = 0;
    let lower = 0;
    for (let at = 0; at < order.length - 1; at++) {
      const run = order[at] ?? 0;
      if (labels[run] === 1) upper++;
      else lower++;
      if (values[run] === values[order[at + 1] ?? 0]) continue;
      const score = ((uppers - upper) / uppers + lower / lowers) / 2;
      if (score > best.score) [best.score, best.at, best.isUpper] = [score, at, true];
      else if (1 - score > best.score) [best.score, best.at, best.isUpper] = [1 - score, at, false];
    }
    const below = values[order[best.at] ?? -1] ?? Number.NaN;
    const above = values[order[best.at + 1] ?? -1] ?? Number.NaN;
    return { score: best.score, below, above, isUpper: best.isUpper };
  }
}
