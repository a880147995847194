import { actorText, type Coordinate, coordinateText } from "@llm-sim/events/tape/schema";
import type { Found } from "./answers-on-tape.ts";
import type { TapedEntry } from "./taped-entries.ts";

/**
 * Finds an attempt on the tape. Questions of one actor for one purpose that are open at once without a key are numbered by who called
 * first, which may be another one next time: those are told apart by what they ask.
 */
export class TapeGroups {
  readonly #byCoordinate: ReadonlyMap<string, TapedEntry>;
  readonly #taken: ReadonlySet<TapedEntry>;
  /** Groups that had several questions open at once. */
  readonly #mixed = new Set<string>();
  /** The ordinal on the tape of a question that has another one now. */
  readonly #ordinals = new Map<string, number>();

  constructor(byCoordinate: ReadonlyMap<string, TapedEntry>, taken: ReadonlySet<TapedEntry>) {
    this.#byCoordinate = byCoordinate;
    this.#taken = taken;
  }

  coordinateOf(coordinate: Coordinate): Coordinate {
    const own = this.#mapped(coordinate);
    if (!this.#mixed.has(groupOf(coordinate) ?? "") || coordinate.attempt > 1 || !this.#isOnTape(own))
      return own;
    // Its number is another one's on the tape.
    let ordinal = own.ordinal;
    while (this.#isOnTape({ ...own, ordinal }) || [...this.#ordinals.values()].includes(ordinal)) ordinal++;
    this.#ordinals.set(questionOf(coordinate), ordinal);
    return { ...own, ordinal };
  }

  atPlace(coordinate: Coordinate, hash: string): Found | undefined {
    const own = this.#mapped(coordinate);
    const entry = this.#byCoordinate.get(coordinateText(own));
    if (!entry || entry.hash !== hash || this.#taken.has(entry)) return undefined;
    return { entry, coordinate: own };
  }

  /** Notes what is being looked for at once. */
  open(coordinates: readonly Coordinate[]): void {
    const seen = new Set<string>();
    for (const group of coordinates.map(groupOf)) {
      if (group === undefined) continue;
      if (seen.has(group)) this.#mixed.add(group);
      seen.add(group);
    }
  }

  among(coordinate: Coordinate, hash: string): Found | undefined {
    const group = groupOf(coordinate);
    if (group === undefined || coordinate.attempt > 1 || !this.#mixed.has(group)) return undefined;
    for (let ordinal = 0; ; ordinal++) {
      const there = { ...coordinate, ordinal };
      const entry = this.#byCoordinate.get(coordinateText(there));
      if (!entry) return undefined;
      if (entry.hash !== hash || this.#taken.has(entry)) continue;
      this.#ordinals.set(questionOf(coordinate), ordinal);
      return { entry, coordinate: there };
    }
  }

  #mapped(coordinate: Coordinate): Coordinate {
    const ordinal = this.#ordinals.get(questionOf(coordinate));
    return ordinal === undefined ? coordinate : { ...coordinate, ordinal };
  }

  #isOnTape(coordinate: Coordinate): boolean {
    return this.#byCoordinate.has(coordinateText(coordinate));
  }
}

function groupOf({ actor, turn, purpose, key }: Coordinate): string | undefined {
  return key === undefined ? JSON.stringify([actorText(actor), turn, purpose]) : undefined;
}

function questionOf(coordinate: Coordinate): string {
  return coordinateText({ ...coordinate, attempt: 1 });
}
