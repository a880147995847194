import type { TapeLine } from "@llm-sim/events/tape";
import { type Tape, tapeLineIn } from "./run-tape.ts";
import type { Stretch, TapeIndex } from "./tape-index.ts";

/** A tape of which some lines are there, for who fetches them from where it lies: {@link asked} tells which others were wanted. */
export class FetchedTape implements Tape {
  readonly #index: TapeIndex | undefined;
  readonly #lines = new Map<number, Uint8Array>();
  readonly #asked = new Map<number, Stretch>();

  /** @param index of all of it; `undefined` where there is no tape */
  constructor(index: TapeIndex | undefined) {
    this.#index = index;
  }

  /** Lines that were read and are not there, by where they begin. */
  get asked(): ReadonlyMap<number, Stretch> {
    return this.#asked;
  }

  add(offset: number, line: Uint8Array): void {
    this.#lines.set(offset, line);
    this.#asked.delete(offset);
  }

  async look(): Promise<TapeIndex | undefined> {
    return this.#index;
  }

  reading<T>(work: (read: (place: Stretch) => TapeLine | undefined) => Promise<T>): Promise<T> {
    return work((place) => {
      const line = this.#lines.get(place.offset);
      if (line === undefined) this.#asked.set(place.offset, place);
      return tapeLineIn(line);
    });
  }
}
