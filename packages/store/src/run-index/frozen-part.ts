import { findAscending, findInSlots } from "./id-slots.ts";
import type { PartArrays, PartSummary, WordsName } from "./part-arrays.ts";
import type { Piece } from "./posting-list.ts";
import { compareUlids, parseUlid, ULID_WORDS } from "./ulid.ts";
import { blockOfId, entryOf, lowerBound, lowerBoundAround, type WordsAround } from "./word-blocks.ts";

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

  /** Where the blocks of an array are to be had. */
  around(name: WordsName): WordsAround {
    return (entry) => this.arrays.wordsAround(name, entry);
  }

  /** Negative where all ids are above the one at `at` of `words`, positive where all are below. */
  compareIds(words: Uint32Array, at: number): number {
    if (compareUlids(words, at, this.#lowestId, 0) < 0) return -1;
    return compareUlids(words, at, this.#highestId, 0) > 0 ? 1 : 0;
  }

  /** The row whose id is at `at` of `words`, or -1. */
  find(words: Uint32Array, at: number): number {
    if (this.compareIds(words, at) !== 0) return -1;
    const place = this.summary.idsAscend ? this.#findAscending(words, at) : this.#findInSlots(words, at);
    return place === -1 ? -1 : place + this.first;
  }

  /** Adds the entries of a key, where there are any. */
  addPieces(pieces: Piece[], name: PostingsName, key: number): void {
    const { keys: keysName, starts: startsName, rows } = POSTINGS[name];
    const place = this.#placeOf(keysName, key);
    if (place === -1) return;
    const starts = this.arrays.wordsAround(startsName, place);
    const from = starts.values[place - starts.from] ?? 0;
    const to = starts.values[place + 1 - starts.from] ?? entryOf(this.around(startsName), place + 1);
    pieces.push({
      base: this.first,
      lowest: this.first,
      end: this.first + this.rows,
      length: to - from,
      from,
      around: this.around(rows),
    });
  }

  /** Where a key stands among those that have entries, or -1. Asked of every part for each list: as a rule they are one block. */
  #placeOf(name: WordsName, key: number): number {
    const { values } = this.arrays.wordsAround(name, 0);
    const count = this.arrays.lengthOf(name);
    if (values.length === count) {
      const place = lowerBound(values, key, 0, count);
      return values[place] === key ? place : -1;
    }
    const keys = this.around(name);
    const place = lowerBoundAround(keys, key, 0, count);
    return place < count && entryOf(keys, place) === key ? place : -1;
  }

  /** Effects in this part of one of its rows, ascending. */
  effectsOf(row: number): Iterable<number> {
    const starts = this.around("effectStarts");
    const place = row - this.first;
    return this.#rowsIn("effects", entryOf(starts, place), entryOf(starts, place + 1));
  }

  /** Effects in this part of a row of a part before it, by that part's number, ascending. */
  outerEffectsOf(row: number, number: number): Iterable<number> {
    const starts = this.around("outerStarts");
    const causes = this.around("outerCauses");
    const end = entryOf(starts, number + 1);
    const from = lowerBoundAround(causes, row, entryOf(starts, number), end);
    return this.#rowsIn("outerEffects", from, lowerBoundAround(causes, row + 1, from, end));
  }

  #findAscending(words: Uint32Array, at: number): number {
    const block = blockOfId(this.around("id"), this.rows, words, at);
    if (block === undefined) return -1;
    const { from, values } = block;
    const place = findAscending(values, values.length / ULID_WORDS, words, at);
    return place === -1 ? -1 : place + from / ULID_WORDS;
  }

  #findInSlots(words: Uint32Array, at: number): number {
    const length = this.arrays.lengthOf("idSlots");
    return findInSlots(this.around("idSlots"), length, this.around("id"), words, at);
  }

  /** Rows of the run for local ones; not all at once where there are many. */
  #rowsIn(name: WordsName, from: number, to: number): Iterable<number> {
    if (to - from > FEW) return this.#manyRowsIn(name, from, to);
    const rows: number[] = [];
    if (from === to) return rows;
    const around = this.around(name);
    for (let at = from; at < to; at++) rows.push(entryOf(around, at) + this.first);
    return rows;
  }

  *#manyRowsIn(name: WordsName, from: number, to: number): Generator<number> {
    const around = this.around(name);
    for (let at = from; at < to; at++) yield entryOf(around, at) + this.first;
  }
}
