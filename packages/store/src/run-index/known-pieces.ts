import { type FrozenPart, POSTINGS, type PostingsName } from "./frozen-part.ts";
import type { Piece } from "./posting-list.ts";

/** A piece takes some 100 bytes. */
const MOST_PIECES = 20_000;
const NAMES = Object.keys(POSTINGS);

/** What frozen parts have under the keys that were asked for lately: to look into hundreds of parts takes longer than to answer. */
export class KnownPieces {
  readonly #byKey = new Map<number, readonly Piece[]>();
  #count = 0;

  of(name: PostingsName, key: number, frozen: readonly FrozenPart[]): readonly Piece[] {
    const place = key * NAMES.length + NAMES.indexOf(name);
    const known = this.#byKey.get(place);
    if (known !== undefined) return known;
    const pieces: Piece[] = [];
    for (const part of frozen) part.addPieces(pieces, name, key);
    if (this.#count + pieces.length > MOST_PIECES) this.forget();
    this.#byKey.set(place, pieces);
    this.#count += pieces.length + 1;
    return pieces;
  }

  /** To be called when there are other parts, or theirs are other arrays. */
  forget(): void {
    this.#byKey.clear();
    this.#count = 0;
  }
}
