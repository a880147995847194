import { isAscii } from "node:buffer";
import { mayBeNumber } from "./text-match.ts";

/** What JSON may write with a backslash and no number: elsewhere a letter of ASCII is written as it is, or by its number. */
const ESCAPED = new Set('"\\/');
/** Numbers of letters that stand for a letter of ASCII, or become one in lower case. */
export const NUMBERED = /\\u(?:00[0-7]|212a|0130)/g;
/** Numbers that may be shown otherwise than they are written: with an exponent, zeros behind the point, more digits than are kept, or very small. */
const OTHERWISE = /[[:,\s]-?(?:\d+(?:\.\d*)?e|\d+\.\d*0(?!\d)|[\d.]{17,}|0\.00000)/g;
/** Letters of more than one byte that become one of ASCII in lower case: the sign for kelvins, and I with a dot. */
const BECOMING: Readonly<Record<string, Buffer>> = { k: Buffer.from("\u212a"), i: Buffer.from("\u0130") };

/**
 * Which lines may hold a text, found in their bytes as they lie, without parsing, many lines at a time: none is left out that
 * `TextMatch` finds the text in.
 */
export class TextSieve {
  /** The longest piece of the text that has to stand in the bytes as it is, in whatever case. */
  readonly anchor: string;
  /** Whether it may be a number that is shown otherwise than it is written. */
  readonly isNumber: boolean;
  /** Letters of more than one byte that may stand for one of the anchor's. */
  readonly becoming: readonly Buffer[];

  /** @param needle in lower case */
  constructor(needle: string) {
    this.isNumber = mayBeNumber(needle);
    this.anchor = asciiPieces(needle).reduce(
      (longest, piece) => (piece.length > longest.length ? piece : longest),
      "",
    );
    this.becoming = Object.entries(BECOMING).flatMap(([letter, bytes]) =>
      this.anchor.includes(letter) ? [bytes] : [],
    );
  }

  /** Numbers of the lines that may hold the text, ascending. */
  candidates(lines: readonly Buffer[]): number[] {
    if (this.anchor === "") return Array.from(lines.keys());
    const found: number[] = [];
    for (let first = 0; first < lines.length; ) {
      const after = endOfBlock(lines, first);
      this.#search(lines, first, after, found);
      first = after;
    }
    return found;
  }

  /** Of lines that lie behind each other. */
  #search(lines: readonly Buffer[], first: number, after: number, found: number[]): void {
    const [start, last] = [lines[first], lines[after - 1]];
    if (start === undefined || last === undefined) return;
    const { buffer, byteOffset } = start;
    const block = Buffer.from(buffer, byteOffset, last.byteOffset + last.length - byteOffset);
    // Letters of one byte keep their length in lower case, and bytes of longer letters are none of ASCII.
    const text = block.toString("latin1").toLowerCase();
    let line = first;
    const endOf = (one: Buffer | undefined): number =>
      one === undefined ? 0 : one.byteOffset + one.length - byteOffset;
    const places = this.#places(block, text);
    for (let place = places.next(); place >= 0; ) {
      while (line < after && endOf(lines[line]) <= place) line++;
      if (line >= after) return;
      found.push(line);
      place = places.behind(endOf(lines[line]));
      line++;
    }
  }

  #places(block: Buffer, text: string): Places {
    const anchor = this.anchor;
    const searches = [(from: number) => text.indexOf(anchor, from)];
    const matches = (pattern: RegExp) => (from: number) => {
      pattern.lastIndex = from;
      return pattern.exec(text)?.index ?? -1;
    };
    if (text.includes("\\u")) searches.push(matches(NUMBERED));
    if (this.isNumber) searches.push(matches(OTHERWISE));
    if (this.becoming.length > 0 && !isAscii(block))
      for (const bytes of this.becoming) searches.push((from) => block.indexOf(bytes, from));
    return new Places(searches);
  }
}

/** The places that several searches find, in order. */
class Places {
  readonly #searches: { find: (from: number) => number; next: number }[];

  constructor(searches: readonly ((from: number) => number)[]) {
    this.#searches = searches.map((find) => ({ find, next: find(0) }));
  }

  /** -1 where there is none. */
  next(): number {
    let least = -1;
    for (const { next } of this.#searches) if (next >= 0 && (least < 0 || next < least)) least = next;
    return least;
  }

  /** The next one at or behind a place. */
  behind(from: number): number {
    for (const search of this.#searches)
      if (search.next >= 0 && search.next < from) search.next = search.find(from);
    return this.next();
  }
}

/** Lines in one buffer, each behind the other with little between: a line's end, or lines that are not asked about. */
function endOfBlock(lines: readonly Buffer[], first: number): number {
  const NEAR = 64;
  let end = first;
  for (let before = lines[end++]; before !== undefined && end < lines.length; end++) {
    const line = lines[end];
    if (line === undefined || line.buffer !== before.buffer) break;
    const gap = line.byteOffset - (before.byteOffset + before.length);
    if (gap < 0 || gap > NEAR) break;
    before = line;
  }
  return end;
}

function asciiPieces(needle: string): string[] {
  const pieces: string[] = [""];
  for (const letter of needle) {
    const code = letter.codePointAt(0) ?? 0;
    if (code < 0x20 || code > 0x7e || ESCAPED.has(letter)) pieces.push("");
    else pieces[pieces.length - 1] += letter;
  }
  return pieces;
}
