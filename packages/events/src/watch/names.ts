import { type NameStep, readStepsWithin } from "../naming/index.ts";
import { WatchError } from "./watch-error.ts";

/** A name within an expression. */
export interface FoundName {
  steps: readonly NameStep[];
  text: string;
  position: number;
}

/** Characters of no script, which stand in for names while jsep reads the expression: each name has one of its own. */
const FIRST_MASK = 0xe000;
const MASKS = 6400;
const MASK = /[\ue000-\uf8ff]+/g;

const SPACE_OR_NUMBER = /\s+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/sy;
const WORD = /(?:[A-Za-z_$]|[^\p{ASCII}\s])(?:[\w$]|[^\p{ASCII}\s])*/uy;
const WILDCARD = /\*(?=\s*\.\s*(?:[A-Za-z_$"']|[^\p{ASCII}\s]))/uy;
/** Behind a quoted text it makes that a step of a name. */
const GOES_ON = /\s*\.|\[\s*["']/y;
/** Of the language itself, where no dot follows. */
const KEYWORDS = new Set(["and", "or", "not", "true", "false", "null"]);

/** The names of an expression, read by the grammar that names have everywhere. */
export class Names {
  readonly #found: readonly FoundName[];
  /** The expression with every name replaced by an identifier of the same length, so that places stay the same. */
  readonly masked: string;

  constructor(masked: string, found: readonly FoundName[]) {
    this.masked = masked;
    this.#found = found;
  }

  /** The name that an identifier stands for. */
  behind(mask: string): FoundName | undefined {
    return this.#found[mask.charCodeAt(0) - FIRST_MASK];
  }

  /** A message about the masked expression, as one about the expression. */
  unmasked(message: string): string {
    return message.replaceAll(MASK, (mask) => this.behind(mask)?.text ?? mask);
  }
}

/** @throws WatchError where there are more names than can be told apart */
export function namesIn(text: string): Names {
  const found: FoundName[] = [];
  let masked = "";
  while (masked.length < text.length) {
    const position = masked.length;
    const end = isName(text, position) ? readStepsWithin(text, position) : undefined;
    if (end === undefined) {
      masked +=
        matched(SPACE_OR_NUMBER, text, position) ??
        matched(STRING, text, position) ??
        matched(WORD, text, position) ??
        text[position] ??
        "";
      continue;
    }
    if (found.length === MASKS) throw new WatchError(text, position, `there are more than ${MASKS} names`);
    masked += String.fromCharCode(FIRST_MASK + found.length).repeat(end.end - position);
    found.push({ steps: end.steps, position, text: text.slice(position, end.end) });
  }
  return new Names(masked, found);
}

function isName(text: string, position: number): boolean {
  if (matched(WILDCARD, text, position) !== undefined) return true;
  const quoted = matched(STRING, text, position);
  if (quoted !== undefined) return matched(GOES_ON, text, position + quoted.length) !== undefined;
  const word = matched(WORD, text, position);
  if (word === undefined) return false;
  return !KEYWORDS.has(word) || matched(GOES_ON, text, position + word.length) !== undefined;
}

function matched(pattern: RegExp, text: string, position: number): string | undefined {
  pattern.lastIndex = position;
  return pattern.exec(text)?.[0];
}
