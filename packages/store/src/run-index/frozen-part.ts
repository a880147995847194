import { findAscending, findInSlots } from "./id-slots.ts";
import type { ArrayBlocks, PartArrays, PartSummary, WordsName } from "./part-arrays.ts";
import type { Piece } from "./posting-list.ts";
import { compareUlids, parseUlid, ULID_WORDS } from "./ulid.ts";
import { blockOfId, entryOf, lowerBoundIn } from "./word-blocks.ts";

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

  blocks(name: WordsName): ArrayBlocks<Uint32Array> {
    return this.arrays.wordBlocks(name);
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
    const keys = this.blocks(keysName);
    const place = lowerBoundIn(keys, key, 0, keys.entries);
    if (place === keys.entries || entryOf(keys, place) !== key) return;
    const starts = this.blocks(startsName);
    const from = entryOf(starts, place);
    pieces.push({
      base: this.first,
      lowest: this.first,
      end: this.first + this.rows,
      length: entryOf(starts, place + 1) - from,
      from,
      blocks: this.blocks(rows),
    });
  }

  /** Effects in this part of one of its rows, ascending. */
  effectsOf(row: number): Iterable<number> {
    const starts = this.blocks("effectStarts");
    const place = row - this.first;
    return this.#rowsIn("effects", entryOf(starts, place), entryOf(starts, place + 1));
  }

  /** Effects in this part of a row of a part before it, by that part's number, ascending. */
  outerEffectsOf(row: number, number: number): Iterable<number> {
    const starts = this.blocks("outerStarts");
    const causes = this.blocks("outerCauses");
    const end = entryOf(starts, number + 1);
    const from = lowerBoundIn(causes, row, entryOf(starts, number), end);
    return this.#rowsIn("outerEffects", from, lowerBoundIn(causes, row + 1, from, end));
  }

  #findAscending(words: Uint32Array, at: number): number {
    const { from, values } = blockOfId(this.blocks("id"), words, at);
    const place = findAscending(values, values.length / ULID_WORDS, words, at);
    return place === -1 ? -1 : place + from / ULID_WORDS;
  }

  #findInSlots(words: Uint32Array, at: number): number {
    return findInSlots(this.blocks("idSlots"), this.blocks("id"), words, at);
  }

  /** Rows of the run for local ones; not all at once where there are many. */
  #rowsIn(name: WordsName, from: number, to: number): Iterable<number> {
    if (to - from > FEW) return this.#manyRowsIn(name, from, to);
    const rows: number[] = [];
    if (from === to) return rows;
    const blocks = this.blocks(name);
    for (let at = from; at < to; at++) rows.push(entryOf(blocks, at) + this.first);
    return rows;
  }

  *#manyRowsIn(name: WordsName, from: number, to: number): Generator<number> {
    const blocks = this.blocks(name);
    for (let at = from; at < to; at++) yield entryOf(blocks, at) + this.first;
  }
}
