/** A stretch of a text, in UTF-16 code units: from, and up to but without to. */
export interface Stretch {
  from: number;
  to: number;
}

// As much as is read at a glance; what is hardly longer is shown whole.
const FOLDED_LENGTH = 1200;
const FOLDED_LINES = 18;
const HARDLY_LONGER = 1.5;
/** What is opened at once, at least: some ten screens, laid out in a few milliseconds. */
const OPENED = 20_000;

export function isWhole(text: string, { from, to }: Stretch): boolean {
  return from === 0 && to === text.length;
}

/** What of a text is shown at first: all of a short one, the beginning of a long one. */
export function foldedStretch(text: string): Stretch {
  const isLong =
    text.length > FOLDED_LENGTH * HARDLY_LONGER ||
    endOfLine(text, FOLDED_LINES * HARDLY_LONGER) < text.length;
  if (!isLong) return { from: 0, to: text.length };
  return { from: 0, to: Math.min(endOfLine(text, FOLDED_LINES), wholeCharacter(text, FOLDED_LENGTH)) };
}

/** More of it, at either end: as much again as is shown, so that the largest text takes a few steps, and each step is quick. */
export function widened(text: string, { from, to }: Stretch, end: "before" | "after"): Stretch {
  const step = Math.max(OPENED, to - from);
  return end === "before"
    ? { from: wholeCharacter(text, Math.max(0, from - step)), to }
    : { from, to: wholeCharacter(text, Math.min(text.length, to + step)) };
}

/** So that another stretch of the text is in sight: as it is, widened where that is near, else about that other stretch. */
export function showing(text: string, shown: Stretch, wanted: Stretch): Stretch {
  if (wanted.from >= shown.from && wanted.to <= shown.to) return shown;
  const from = wholeCharacter(text, Math.max(0, wanted.from - OPENED / 2));
  const to = wholeCharacter(text, Math.min(text.length, wanted.to + OPENED / 2));
  const isNear = from <= shown.to && to >= shown.from;
  return isNear ? { from: Math.min(from, shown.from), to: Math.max(to, shown.to) } : { from, to };
}

/** A stretch that is laid out by itself: lines, without the last one's break. */
export interface Chunk extends Stretch {
  /** About so many, broken where they are too long. */
  lines: number;
}

/** About so much; a line is never cut, however long. */
const CHUNK = 4000;
/** Characters on a line, about. */
const WIDTH = 90;

/** A stretch in chunks of whole lines, so that those out of sight cost nothing. */
export function chunksOf(text: string, { from, to }: Stretch): Chunk[] {
  const chunks: Chunk[] = [];
  for (let start = from; start < to || chunks.length === 0; ) {
    const next = text.indexOf("\n", start + CHUNK);
    const end = next < 0 || next >= to ? to : next;
    chunks.push({ from: start, to: end, lines: linesOf(text, start, end) });
    start = end === to ? to : end + 1;
  }
  return chunks;
}

function linesOf(text: string, from: number, to: number): number {
  let lines = 0;
  for (let at = from; at <= to; lines++) {
    const next = text.indexOf("\n", at);
    const end = next < 0 || next > to ? to : next;
    lines += Math.floor((end - at) / WIDTH);
    at = end + 1;
  }
  return lines;
}

/** Where so many lines end; the text's own end where it has fewer. */
function endOfLine(text: string, lines: number): number {
  let at = -1;
  for (let line = 0; line < lines; line++) {
    at = text.indexOf("\n", at + 1);
    if (at < 0) return text.length;
  }
  return at;
}

/** The place, or the one before where it would cut a character of two code units in half. */
function wholeCharacter(text: string, at: number): number {
  return at > 0 && at < text.length && (text.codePointAt(at - 1) ?? 0) > 0xffff ? at - 1 : at;
}
