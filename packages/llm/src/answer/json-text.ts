/**
 * Where the JSON value that begins at `start` ends (behind it), read as RFC 8259 has it; or, where none does, at which place it
 * failed (`text.length`: it was not over yet), and whether something of an object or array had been read by then.
 */
export type Reading = { ok: true; end: number } | { ok: false; at: number; begun: boolean };

const WHITE = /[\t\n\r ]*/y;
const SCALAR = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

function after(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/** A string from its quote on. By hand: a pattern for the whole of it runs out of stack on one of some megabytes. */
function readString(text: string, start: number): Reading {
  for (let at = start + 1; at < text.length; ) {
    const character = text.charCodeAt(at);
    if (character === 0x22) return { ok: true, end: at + 1 };
    if (character < 0x20) return { ok: false, at, begun: false };
    if (character !== 0x5c) at++;
    else {
      const end = after(ESCAPE, text, at);
      if (end === -1) return { ok: false, at: text.length - at < 6 ? text.length : at, begun: false };
      at = end;
    }
  }
  return { ok: false, at: text.length, begun: false };
}

function readScalar(text: string, start: number): Reading {
  if (text[start] === '"') return readString(text, start);
  const end = after(SCALAR, text, start);
  return end === -1 ? { ok: false, at: start, begun: false } : { ok: true, end };
}

/** Without recursion: a model's answer may nest as deeply as it likes. */
export function readJson(text: string, start: number): Reading {
  const open: ("{" | "[")[] = [];
  let at = after(WHITE, text, start);
  let begun = false;
  const failed = (place: number): Reading => ({ ok: false, at: place, begun });
  for (;;) {
    // A value.
    const first = text[at];
    if (first === "{" || first === "[") {
      open.push(first);
      if (open.length > 1) begun = true;
      at = after(WHITE, text, at + 1);
      if (text[at] === (first === "{" ? "}" : "]")) {
        at++;
        open.pop();
      } else if (first === "{") {
        const name = readName(text, at);
        if (!name.ok) return failed(name.at);
        begun = true;
        at = name.end;
        continue;
      } else continue;
    } else {
      const scalar = readScalar(text, at);
      if (!scalar.ok) return failed(scalar.at);
      begun = true;
      at = scalar.end;
    }
    // What follows a value: the ends of what it lies in, or a comma and the next one.
    for (;;) {
      const container = open.at(-1);
      if (container === undefined) return { ok: true, end: at };
      at = after(WHITE, text, at);
      if (text[at] === (container === "{" ? "}" : "]")) {
        open.pop();
        at++;
        continue;
      }
      if (text[at] !== ",") return failed(at);
      at = after(WHITE, text, at + 1);
      if (container === "{") {
        const name = readName(text, at);
        if (!name.ok) return failed(name.at);
        at = name.end;
      }
      break;
    }
  }
}

/** A member's name and its colon; the end is where the value begins. */
function readName(text: string, at: number): Reading {
  if (text[at] !== '"') return { ok: false, at, begun: false };
  const name = readString(text, at);
  if (!name.ok) return name;
  const colon = after(WHITE, text, name.end);
  if (text[colon] !== ":") return { ok: false, at: colon, begun: false };
  return { ok: true, end: after(WHITE, text, colon + 1) };
}
