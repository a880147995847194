import { BytesColumn, RealsColumn, WordsColumn } from "./column.ts";
import { KIND_MASK, UPCAST } from "./part-arrays.ts";
import type { PartList } from "./part-list.ts";
import { compareUlids, formatUlid, ULID_WORDS } from "./ulid.ts";

const NOTHING: Uint32Array = new Uint32Array(0);

/** The fields of all events, each by its row: the event's place in the log. */
export class Columns {
  readonly #parts: PartList;
  readonly #address: RealsColumn;
  readonly #length: WordsColumn;
  readonly #time: RealsColumn;
  readonly #nanoseconds: WordsColumn;
  readonly #turn: RealsColumn;
  readonly #agent: WordsColumn;
  readonly #kindAndForm: BytesColumn;
  // Of the block whose ids were read last.
  #ids = NOTHING;
  #idsFirst = 0;
  #idsCount = 0;

  constructor(parts: PartList) {
    this.#parts = parts;
    this.#address = new RealsColumn(parts, "address");
    this.#length = new WordsColumn(parts, "length");
    this.#time = new RealsColumn(parts, "time");
    this.#nanoseconds = new WordsColumn(parts, "nanoseconds");
    this.#turn = new RealsColumn(parts, "turn");
    this.#agent = new WordsColumn(parts, "agent");
    this.#kindAndForm = new BytesColumn(parts, "kindAndForm");
  }

  get rows(): number {
    return this.#parts.rows;
  }

  /** Where the line begins in the run's lines laid end to end, in bytes. */
  address(row: number): number {
    return this.#address.at(row);
  }

  /** Of the line, in bytes. */
  length(row: number): number {
    return this.#length.at(row);
  }

  /** Microseconds since 1970. */
  time(row: number): number {
    return this.#time.at(row);
  }

  /** Past the microsecond. */
  nanoseconds(row: number): number {
    return this.#nanoseconds.at(row);
  }

  turn(row: number): number {
    return this.#turn.at(row);
  }

  /** Its code, or NO_AGENT. */
  agent(row: number): number {
    return this.#agent.at(row);
  }

  /** Index into EVENT_TYPES. */
  kind(row: number): number {
    return this.#kindAndForm.at(row) & KIND_MASK;
  }

  needsUpcast(row: number): boolean {
    return (this.#kindAndForm.at(row) & UPCAST) !== 0;
  }

  /** Negative where the row's event comes before the moment. */
  compareTime(row: number, time: number, nanoseconds: number): number {
    return this.#time.at(row) - time || this.#nanoseconds.at(row) - nanoseconds;
  }

  /** Negative where the row's id is below the one at `at` of `words`. */
  compareId(row: number, words: Uint32Array, at: number): number {
    return this.#turnToId(row) ? compareUlids(this.#ids, (row - this.#idsFirst) * ULID_WORDS, words, at) : -1;
  }

  id(row: number): string {
    return this.#turnToId(row) ? formatUlid(this.#ids, (row - this.#idsFirst) * ULID_WORDS) : "";
  }

  /** Puts the words of the row's id to `at` of `words`. */
  copyId(row: number, words: Uint32Array, at: number): void {
    if (!this.#turnToId(row)) return;
    const from = (row - this.#idsFirst) * ULID_WORDS;
    words.set(this.#ids.subarray(from, from + ULID_WORDS), at);
  }

  /** Lets go of the arrays that were read last. */
  forget(): void {
    for (const column of [
      this.#address,
      this.#length,
      this.#time,
      this.#nanoseconds,
      this.#turn,
      this.#agent,
      this.#kindAndForm,
    ])
      column.forget();
    this.#ids = NOTHING;
    this.#idsCount = 0;
  }

  /** @returns whether there is such a row */
  #turnToId(row: number): boolean {
    const place = row - this.#idsFirst;
    if (place >= 0 && place < this.#idsCount) return true;
    const part = this.#parts.at(row);
    if (part === undefined) return false;
    const { from, values } = part.arrays.wordBlocks("id").around((row - part.first) * ULID_WORDS);
    this.#ids = values;
    this.#idsFirst = part.first + from / ULID_WORDS;
    this.#idsCount = Math.min(values.length / ULID_WORDS, part.rows - from / ULID_WORDS);
    return true;
  }
}
