import { codeOf } from "../errors.ts";
/** A part of a name between dots. A quoted one stands for itself: it is never taken together with its neighbours. */
export interface NameStep {
  text: string;
  isQuoted: boolean;
}

/** A name that cannot be read; `position` counts characters of `text` from 0. */
export class NameError extends Error {
  override readonly name = "NameError";
  readonly code = "NAME_INVALID";
  readonly text: string;
  readonly position: number;

  constructor(text: string, position: number, problem: string) {
    super(`${asGiven(text)}, at character ${position + 1}: ${problem}`);
    this.text = text;
    this.position = position;
  }
}

/** A text that a person wrote, in quotes: as they wrote it, where that is possible, so that places in it can be counted. */
export function asGiven(text: string): string {
  return text.includes('"') && !/['\\\p{Cc}]/u.test(text) ? `'${text}'` : JSON.stringify(text);
}

export function isNameError(error: unknown): error is NameError {
  return codeOf(error) === "NAME_INVALID";
}

const QUOTED = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'/suy;
/** `["gold"]`, another spelling of `."gold"`. */
const BRACKETED = /\[\s*("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')\s*\]/suy;

/** How names are written in a place. */
interface Spelling {
  bare: RegExp;
  dot: RegExp;
}
/** On its own a name may hold spaces and signs without quotes, but no dot. */
const ALONE: Spelling = { bare: /(?:(?!\[["'])[^.])+/suy, dot: /\./y };
/** Within an expression a sign or a space ends it. */
const WITHIN: Spelling = { bare: /(?:[\w$]|[^\p{ASCII}\s])+/uy, dot: /\s*\.\s*/y };

/**
 * Reads a name that stands alone, an argument or a parameter: `alice.inventory.gold`, `"gpt-4.1".wealth`.
 *
 * @throws NameError
 */
export function readSteps(text: string): NameStep[] {
  const { steps, end } = scanSteps(text, 0, ALONE);
  if (end < text.length || steps.length === 0) throw new NameError(text, end, problemAt(text, end));
  return steps;
}

/** Reads the name that begins at `position` of an expression, as far as it goes. */
export function readStepsWithin(text: string, position: number): { steps: NameStep[]; end: number } {
  return scanSteps(text, position, WITHIN);
}

/** `inventory.gold`; a step that is no plain word is quoted. */
export function stepText(step: string): string {
  return /^[\p{L}\p{N}\p{M}_$]+$/u.test(step) ? step : JSON.stringify(step);
}

function scanSteps(
  text: string,
  position: number,
  { bare, dot }: Spelling,
): { steps: NameStep[]; end: number } {
  const steps: NameStep[] = [];
  let end = position;
  let found = stepAt(text, position, bare);
  while (found !== undefined) {
    steps.push(found.step);
    end = found.end;
    const separator = match(dot, text, end);
    found = separator === undefined ? bracketed(text, end) : stepAt(text, end + separator[0].length, bare);
  }
  return { steps, end };
}

function stepAt(text: string, at: number, bare: RegExp): { step: NameStep; end: number } | undefined {
  if (text[at] === '"' || text[at] === "'") {
    const quoted = match(QUOTED, text, at);
    return quoted && { step: { text: unquoted(quoted[0]), isQuoted: true }, end: at + quoted[0].length };
  }
  if (text[at] === "*") return { step: { text: "*", isQuoted: false }, end: at + 1 };
  const word = match(bare, text, at);
  return word && { step: { text: word[0], isQuoted: false }, end: at + word[0].length };
}

function bracketed(text: string, at: number): { step: NameStep; end: number } | undefined {
  const found = match(BRACKETED, text, at);
  return found && { step: { text: unquoted(found[1] ?? ""), isQuoted: true }, end: at + found[0].length };
}

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text) ?? undefined;
}

const ESCAPED: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f", v: "\v" };

function unquoted(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replaceAll(/\\(?:u([0-9a-fA-F]{4})|(.))/gsu, (_, code: string | undefined, character: string) =>
      code === undefined ? (ESCAPED[character] ?? character) : String.fromCharCode(Number.parseInt(code, 16)),
    );
}

function problemAt(text: string, end: number): string {
  if (text === "") return "it is empty; expected a name such as alice.wealth";
  const next = text[end];
  if (next === '"' || next === "'") return `the quote ${next} is not closed`;
  const follows = next === "." ? text[end + 1] : undefined;
  if (follows === '"' || follows === "'") return `the quote ${follows} is not closed`;
  if (next === ".") return 'a step between dots is empty; write "" for one without a name';
  return 'expected a dot or the end; a step with a dot, a space or a sign is quoted whole, as in "gpt-4.1".wealth';
}
