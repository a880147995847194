import { readJson } from "./json-text.ts";

/** A JSON value's text, as it stood in an answer. */
export interface FoundJson {
  text: string;
  fenced: boolean;
}

/** What an answer's text consists of, beside prose. */
export interface Parts {
  found: FoundJson[];
  /** There was a thinking part. */
  thought: boolean;
  /** The answer without its thinking. */
  said: string;
  /** There is more than white space and one value in its fence. */
  prose: boolean;
  /** JSON began and was not well formed: the text from there on. */
  broken: string | undefined;
}

/** Qwen, DeepSeek and most others; Seed; Mistral; Kimi. */
const THINKING = /<(?:think|thinking|thought|reasoning|seed:think)>|\[THINK\]|◁think▷/iy;
const THINKING_OVER = /<\/(?:think|thinking|thought|reasoning|seed:think)>|\[\/THINK\]|◁\/think▷/iy;
const FENCE = /```([A-Za-z0-9_+.-]*)[ \t\r\n]*/y;
const FENCE_OVER = /\s*```/y;

function match(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

/**
 * Finds what a model wrote in JSON, in one pass: outside of its thinking, and never within JSON that is broken, of which a part would
 * be taken for the whole. Values that are neither object nor array are found in a fence, or where they are all that was said.
 */
export function findJson(text: string): Parts {
  const whole = wholeValue(text);
  if (whole !== undefined)
    return {
      found: [{ text: whole, fenced: false }],
      thought: false,
      said: text,
      prose: false,
      broken: undefined,
    };
  const parts: Parts = { found: [], thought: false, said: "", prose: false, broken: undefined };
  /** Where what was said, and has not been noted yet, begins. */
  let from = 0;
  let left = "";
  for (let at = 0; at < text.length; ) {
    const character = text[at];
    if (character === "<" || character === "[" || character === "◁") {
      const thinking = match(THINKING, text, at);
      const over = match(THINKING_OVER, text, at);
      if (thinking) {
        parts.said += text.slice(from, at);
        parts.thought = true;
        at = from = endOfThinking(text, at + thinking[0].length, thinking[0]);
        continue;
      }
      if (over) {
        // Some templates write the beginning of the thinking themselves, so that only its end is in the answer.
        Object.assign(parts, { found: [], said: "", thought: true, broken: undefined });
        left = "";
        at = from = at + over[0].length;
        continue;
      }
    }
    if (character === "`") {
      const end = readFence(text, at, parts.found);
      if (end !== undefined) {
        at = end;
        continue;
      }
    }
    if (character === "{" || character === "[") {
      const value = readJson(text, at);
      if (value.ok) {
        parts.found.push({ text: text.slice(at, value.end), fenced: false });
        at = value.end;
        continue;
      }
      const end = value.begun || value.at === text.length ? endOfBroken(text, at) : at + 1;
      // `[2 of 3]` and `[2026-11-26]` are prose: nothing lies within that could be taken for an answer.
      if (character === "{" ? end > at + 1 : /[{[]/.test(text.slice(at + 1, end))) {
        parts.broken ??= text.slice(at);
        at = end;
        continue;
      }
    }
    left += character?.trim() ?? "";
    at++;
  }
  parts.said += text.slice(from);
  parts.prose = left !== "";
  if (parts.thought && parts.found.length === 0) {
    const rest = wholeValue(parts.said);
    if (rest !== undefined) return { ...parts, found: [{ text: rest, fenced: false }], prose: false };
  }
  return parts;
}

function wholeValue(text: string): string | undefined {
  const trimmed = text.trim();
  const reading = readJson(trimmed, 0);
  return reading.ok && reading.end === trimmed.length ? trimmed : undefined;
}

function endOfThinking(text: string, from: number, begin: string): number {
  const end = `${begin.slice(0, 1)}/${begin.slice(1)}`.replaceAll(/[[\]]/g, "\\$&");
  const over = new RegExp(end, "gi");
  over.lastIndex = from;
  return over.test(text) ? over.lastIndex : text.length;
}

/** A value that fills a fence; where it does not, the fence is prose. */
function readFence(text: string, at: number, found: FoundJson[]): number | undefined {
  const fence = match(FENCE, text, at);
  if (!fence) return undefined;
  // What looks like the language may be the value: ```true```
  for (const start of [at + fence[0].length, at + 3]) {
    const value = readJson(text, start);
    const over = value.ok && match(FENCE_OVER, text, value.end);
    if (!value.ok || !over) continue;
    found.push({ text: text.slice(start, value.end).trim(), fenced: true });
    return value.end + over[0].length;
  }
  return undefined;
}

/** The bracket that closes what began here, by count, or where the thinking goes on, or the end of the text. */
function endOfBroken(text: string, from: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (quoted) {
      if (character === "\\") at++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (match(THINKING, text, at) || match(THINKING_OVER, text, at)) return at;
    else if (character === "{" || character === "[") depth++;
    else if (character === "}" || character === "]") {
      depth--;
      if (depth <= 0) return at + 1;
    }
  }
  return text.length;
}
