import { isAscii } from "node:buffer";
import { SEARCHED_MEMBER, type SearchedPart } from "@llm-sim/events/schema";

const BACKSLASH = 0x5c;
const QUOTE = '"';
/** Numbers of JSON, between its strings. */
const NUMBERS = /-?\d[\d.eE+-]*/g;

/** Whether an event's description, or anything in the event, holds a text, whatever its case. */
export class TextMatch {
  /** In lower case. */
  readonly needle: string;
  readonly #isAscii: boolean;
  readonly #isAnywhere: boolean;
  readonly #mayBeNumber: boolean;

  constructor(text: string, within: SearchedPart = "description") {
    this.needle = text.toLowerCase();
    this.#isAscii = isAscii(Buffer.from(this.needle));
    this.#isAnywhere = within === "payload";
    this.#mayBeNumber = this.#isAnywhere && mayBeNumber(this.needle);
  }

  /** @param line an event, or another object, as JSON */
  isIn(line: Buffer): boolean {
    const isPlain = isAscii(line) && !line.includes(BACKSLASH);
    // A line of plain letters, nothing escaped, cannot hold in a member what it does not hold at all; but numbers can be written otherwise.
    if (isPlain && !this.#isAscii) return false;
    const text = line.toString(isPlain ? "latin1" : "utf8");
    if (isPlain && !this.#mayBeNumber && !this.isInText(text)) return false;
    return this.#isAnywhere ? this.#isInToken(text) : this.#isInDescription(text);
  }

  isInText(text: string): boolean {
    return text.toLowerCase().includes(this.needle);
  }

  #isInDescription(line: string): boolean {
    const event: unknown = JSON.parse(line);
    const isObject = typeof event === "object" && event !== null;
    const text: unknown = isObject && SEARCHED_MEMBER in event ? event[SEARCHED_MEMBER] : undefined;
    return typeof text === "string" && this.isInText(text);
  }

  /** Texts and names of members for what they mean, however they are written; numbers as they are written and as they are shown. */
  #isInToken(line: string): boolean {
    for (let at = 0; ; ) {
      const start = line.indexOf(QUOTE, at);
      if (this.#mayBeNumber && this.#isInNumber(start < 0 ? line.slice(at) : line.slice(at, start)))
        return true;
      if (start < 0) return false;
      const end = endOfString(line, start);
      const written = line.slice(start + 1, end);
      if (this.isInText(written.includes("\\") ? unescaped(written) : written)) return true;
      at = end + 1;
    }
  }

  #isInNumber(between: string): boolean {
    if (between.length < 2) return false; // a colon or a comma
    for (const [written] of between.matchAll(NUMBERS))
      if (this.isInText(written) || this.isInText(String(Number(written)))) return true;
    return false;
  }
}

/** Whether a text may be a piece of a number, as it is written or shown. */
export function mayBeNumber(text: string): boolean {
  return /^[\d.e+-]+$/.test(text);
}

/** The place of the quote that ends the string that begins at a quote. */
function endOfString(line: string, start: number): number {
  for (let at = start + 1; ; ) {
    const end = line.indexOf(QUOTE, at);
    if (end < 0) return line.length;
    let backslashes = 0;
    while (line.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
    at = end + 1;
  }
}

function unescaped(written: string): string {
  try {
    return String(JSON.parse(`"${written}"`));
  } catch {
    return ""; // damaged: it says nothing
  }
}
