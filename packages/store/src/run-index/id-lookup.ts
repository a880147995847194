import type { FrozenPart } from "./frozen-part.ts";
import type { PartList } from "./part-list.ts";
import { compareUlids, parseUlid, ULID_WORDS } from "./ulid.ts";

const RECENT = 8192;

/**
 * The row of an event id. This project's logs ascend by id: a binary search over the parts and then in one needs no memory, and
 * finds a recent id in a few steps. In others (the Python dialect within a millisecond) those parts whose ids do not ascend have
 * hash tables, and all that the id may be in are asked.
 */
export class IdLookup {
  readonly #parts: PartList;
  #ascending = true;
  readonly #highest = new Uint32Array(ULID_WORDS);
  /** Rows added lately, by the low bits of their ids, which count up: most causes are among them. */
  readonly #recent = new Uint32Array(RECENT);

  constructor(parts: PartList) {
    this.#parts = parts;
  }

  /** Whether no row has the id. Where it is above all others, which is nearly always, that takes one comparison. */
  isNew(words: Uint32Array): boolean {
    return this.isAbove(words) || this.find(words, 0) < 0;
  }

  /** Whether it is above all others. */
  isAbove(words: Uint32Array): boolean {
    return this.#parts.rows === 0 || compareUlids(this.#highest, 0, words, 0) < 0;
  }

  /** @returns the row, or -1 */
  find(words: Uint32Array, at: number): number {
    const recent = this.#recent[(words[at + 3] ?? 0) % RECENT] ?? 0;
    const part = this.#parts.at(recent);
    const { frozen, growing } = this.#parts;
    if (part === growing && compareUlids(part.arrays.id, (recent - part.first) * ULID_WORDS, words, at) === 0)
      return recent;
    const row = growing.find(words, at);
    if (row >= 0) return row;
    if (this.#ascending) return this.#findAscending(words, at);
    for (let number = frozen.length - 1; number >= 0; number--) {
      const found = frozen[number]?.find(words, at) ?? -1;
      if (found >= 0) return found;
    }
    return -1;
  }

  /** To be called for each row that is added. */
  added(row: number, id: Uint32Array): void {
    const highest = this.#highest;
    if (row > 0 && compareUlids(highest, 0, id, 0) >= 0) this.#ascending = false;
    // Four assignments take a fifth of the time of a call of `set`.
    else for (let word = 0; word < ULID_WORDS; word++) highest[word] = id[word] ?? 0;
    this.#recent[(id[ULID_WORDS - 1] ?? 0) % RECENT] = row;
  }

  /** The same for a part. */
  addedPart({ first, summary }: FrozenPart): void {
    const words = new Uint32Array(ULID_WORDS);
    parseUlid(summary.lowestId, words, 0);
    if (!summary.idsAscend || (first > 0 && compareUlids(this.#highest, 0, words, 0) >= 0))
      this.#ascending = false;
    parseUlid(summary.highestId, words, 0);
    if (first === 0 || compareUlids(this.#highest, 0, words, 0) < 0) this.#highest.set(words);
  }

  get bytes(): number {
    return this.#recent.byteLength;
  }

  #findAscending(words: Uint32Array, at: number): number {
    const { frozen } = this.#parts;
    let [low, high] = [0, frozen.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const part = frozen[middle];
      const order = part?.compareIds(words, at) ?? 0;
      if (part !== undefined && order === 0) return part.find(words, at);
      if (order > 0) low = middle + 1;
      else high = middle;
    }
    return -1;
  }
}
