import { compareUlids, parseUlid, ULID_WORDS } from "./ulid.ts";

/** As it is saved: in the order of their numbers, with the rows that name it, and its own where it came after all. */
export type SavedMissing = [eventId: string, effects: number[], row: number | null][];

const NONE: readonly number[] = [];

/** Causes that were not in the log when they were named, each with a number, the rows that named it until then, and its own once it has come. */
export class MissingCauses {
  readonly #ids: string[] = [];
  readonly #effects: number[][] = [];
  /** By number. */
  readonly #rows: (number | undefined)[] = [];
  readonly #numbers = new Map<string, number>();
  /** The numbers of those that came, by their rows. */
  readonly #settled = new Map<number, number>();
  /** No id of them is above. */
  readonly #highest = new Uint32Array(ULID_WORDS);

  constructor(saved: SavedMissing = []) {
    for (const [id, effects, row] of saved) {
      this.#numbers.set(id, this.#ids.length);
      if (row !== null) this.#settled.set(row, this.#ids.length);
      this.#ids.push(id);
      this.#raise(id);
      this.#effects.push([...effects]);
      this.#rows.push(row ?? undefined);
    }
  }

  /** Whether the event whose id is at `at` of `words` may be one that is missing; where ids ascend none is, and that takes a comparison. */
  mayCome(words: Uint32Array, at: number): boolean {
    return this.#ids.length > this.#settled.size && compareUlids(words, at, this.#highest, 0) <= 0;
  }

  /** Whether one came after all, so that a cause stands behind its effect. */
  get hasSettled(): boolean {
    return this.#settled.size > 0;
  }

  /** Of a cause by its number: its row, or its id as long as there is none. */
  cause(number: number): number | string {
    return this.#rows[number] ?? this.#ids[number] ?? "";
  }

  /** A row names an event that is not there. @returns the event's number */
  refer(id: string, row: number): number {
    let number = this.#numbers.get(id);
    if (number === undefined) {
      number = this.#ids.length;
      this.#numbers.set(id, number);
      this.#ids.push(id);
      this.#raise(id);
      this.#effects.push([]);
      this.#rows.push(undefined);
    }
    this.#effects[number]?.push(row);
    return number;
  }

  /** An event came: those that named it before have it as their cause. */
  settle(id: string, row: number): void {
    const number = this.#numbers.get(id);
    if (number === undefined || this.#rows[number] !== undefined) return;
    this.#rows[number] = row;
    this.#settled.set(row, number);
  }

  /** The ids of those that are still missing. */
  *open(): Generator<string> {
    for (const [number, id] of this.#ids.entries()) if (this.#rows[number] === undefined) yield id;
  }

  /** Rows that named an event before it came, ascending. */
  effectsOf(row: number): readonly number[] {
    const number = this.#settled.get(row);
    return number === undefined ? NONE : (this.#effects[number] ?? NONE);
  }

  /** Rows that name an event which is not in the log, ascending. */
  effectsOfMissing(id: string): readonly number[] {
    const number = this.#numbers.get(id);
    return number === undefined || this.#rows[number] !== undefined ? NONE : (this.#effects[number] ?? NONE);
  }

  get bytes(): number {
    return this.#ids.length * 200;
  }

  save(): SavedMissing {
    return this.#ids.map((id, number) => [
      id,
      [...(this.#effects[number] ?? NONE)],
      this.#rows[number] ?? null,
    ]);
  }

  #raise(id: string): void {
    const words = new Uint32Array(ULID_WORDS);
    if (parseUlid(id, words, 0) && compareUlids(words, 0, this.#highest, 0) > 0) this.#highest.set(words);
  }
}
