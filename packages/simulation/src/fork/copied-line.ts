const NAME = Buffer.from('"simulation_id"');
const [QUOTE, BACKSLASH, COLON] = [0x22, 0x5c, 0x3a];
const OPENING = new Set([0x7b, 0x5b]);
const CLOSING = new Set([0x7d, 0x5d]);
const SPACE = new Set([0x20, 0x09, 0x0d, 0x0a]);

/**
 * An event's line with another run's id in it, and every other byte as it is.
 *
 * @param line a JSON object, with or without its newline
 * @param id as JSON, quotes included
 */
export function withSimulationId(line: Buffer, id: Buffer): Buffer {
  const parts: Buffer[] = [];
  let kept = 0;
  for (let depth = 0, at = 0; at < line.length; ) {
    const byte = line[at] ?? 0;
    if (byte !== QUOTE) {
      if (OPENING.has(byte)) depth++;
      else if (CLOSING.has(byte)) depth--;
      at++;
      continue;
    }
    const end = endOfText(line, at);
    const value = depth === 1 && line.subarray(at, end).equals(NAME) ? valueAfter(line, end) : undefined;
    if (value === undefined) at = end;
    else {
      parts.push(line.subarray(kept, value), id);
      kept = endOfText(line, value);
      at = kept;
    }
  }
  return parts.length === 0 ? line : Buffer.concat([...parts, line.subarray(kept)]);
}

/** Where a text begins that stands behind a member's name; `undefined` where what was read is no name, or no text comes. */
function valueAfter(line: Buffer, end: number): number | undefined {
  let at = afterSpace(line, end);
  if (line[at] !== COLON) return undefined;
  at = afterSpace(line, at + 1);
  return line[at] === QUOTE ? at : undefined;
}

function afterSpace(line: Buffer, from: number): number {
  let at = from;
  while (SPACE.has(line[at] ?? 0)) at++;
  return at;
}

/** Behind the quote that ends the text whose first quote is at `start`. */
function endOfText(line: Buffer, start: number): number {
  for (let at = start + 1; at < line.length; at++) {
    if (line[at] === BACKSLASH) at++;
    else if (line[at] === QUOTE) return at + 1;
  }
  return line.length;
}
