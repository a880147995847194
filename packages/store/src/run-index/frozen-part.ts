import { findAscending, findInSlots } from "./id-slots.ts";
import type { PartArrays, PartSummary, WordsName } from "./part-arrays.ts";
import type { Piece } from "./posting-list.ts";
import { compareUlids, parseUlid, ULID_WORDS } from "./ulid.ts";

/** The kinds of posting lists that a part has. */
export type PostingsName = "own" | "besides" | "state";

/** What a kind's arrays are called. */
export const POSTINGS: Readonly<
  Record<PostingsName, { keys: WordsName; starts: WordsName; rows: WordsName }>
> = {
  own: { keys: "ownKeys", starts: "ownStarts", rows: "ownRows" },
  besides: { keys: "besidesKeys", starts: "besidesStarts", rows: "besidesRows" },
  state: { keys: "stateKeys", starts: "stateStarts", rows: "stateRows" },
};

/** A list of so many rows takes less than a generator. */
const FEW = 64;

/** A stretch of the log that no longer changes. Where its arrays are may change: in memory, or in its file. */
export class FrozenPart {
  readonly summary: PartSummary;
  readonly first: number;
  readonly rows: number;
  arrays: PartArrays;
  readonly #lowestId = new Uint32Array(ULID_WORDS);
  readonly #highestId = new Uint32Array(ULID_WORDS);

  constructor(summary: PartSummary, arrays: PartArrays) {
    this.summary = summary;
    this.first = summary.first;
    this.rows = summary.rows;
    this.arrays = arrays;
    parseUlid(summary.lowestId, this.#lowestId, 0);
    parseUlid(summary.highestId, this.#highestId, 0);
  }

  get causeStarts(): Uint32Array {
    return this.arrays.words("causeStarts");
  }

  get causes(): Uint32Array {
    return this.arrays.words("causes");
  }

  /** Negative where all ids are above the one at `at` of `words`, positive where all are below. */
  compareIds(words: Uint32Array, at: number): number {
    if (compareUlids(words, at, this.#lowestId, 0) < 0) return -1;
    return compareUlids(words, at, this.#highestId, 0) > 0 ? 1 : 0;
  }

  /** The row whose id is at `at` of `words`, or -1. */
  find(words: Uint32Array, at: number): number {
    if (this.compareIds(words, at) !== 0) return -1;
    const ids = this.arrays.words("id");
    const place = this.summary.idsAscend
      ? findAscending(ids, this.rows, words, at)
      : findInSlots(this.arrays.words("idSlots"), ids, words, at);
    return place === -1 ? -1 : place + this.first;
  }

  /** Adds the entries of a key, where there are any. */
  addPieces(pieces: Piece[], name: PostingsName, key: number): void {
    const { keys: keysName, starts: startsName, rows } = POSTINGS[name];
    const keys = this.arrays.words(keysName);
    const place = lowerBound(keys, key, 0, keys.length);
    if (keys[place] !== key) return;
    const starts = this.arrays.words(startsName);
    const from = starts[place] ?? 0;
    pieces.push({
      base: this.first,
      lowest: this.first,
      end: this.first + this.rows,
      length: (starts[place + 1] ?? 0) - from,
      from,
      array: () => this.arrays.words(rows),
    });
  }

  /** Effects in this part of one of its rows, ascending. */
  effectsOf(row: number): Iterable<number> {
    const starts = this.arrays.words("effectStarts");
    const place = row - this.first;
    return this.#rowsIn("effects", starts[place] ?? 0, starts[place + 1] ?? 0);
  }

  /** Effects in this part of a row of a part before it, by that part's number, ascending. */
  outerEffectsOf(row: number, number: number): Iterable<number> {
    const starts = this.arrays.words("outerStarts");
    const causes = this.arrays.words("outerCauses");
    const end = starts[number + 1] ?? 0;
    const from = lowerBound(causes, row, starts[number] ?? 0, end);
    return this.#rowsIn("outerEffects", from, lowerBound(causes, row + 1, from, end));
  }

  /** Rows of the run for local ones; not all at once where there are many. */
  #rowsIn(name: WordsName, from: number, to: number): Iterable<number> {
    if (to - from > FEW) return this.#manyRowsIn(name, from, to);
    const rows: number[] = [];
    if (from === to) return rows;
    const values = this.arrays.words(name);
    for (let at = from; at < to; at++) rows.push((values[at] ?? 0) + this.first);
    return rows;
  }

  *#manyRowsIn(name: WordsName, from: number, to: number): Generator<number> {
    for (let at = from; at < to; at++) yield (this.arrays.words(name)[at] ?? 0) + this.first;
  }
}

/** The first place from `from` to `to` whose value is not below. */
export function lowerBound(values: Uint32Array, value: number, from: number, to: number): number {
  let [low, high] = [from, to];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
