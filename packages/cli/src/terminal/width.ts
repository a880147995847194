const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const NARROW_ONLY = /^[\u0020-\u007e\u00a0-\u02ff\u2010-\u2027\u2190-\u21ff\u2500-\u257f]*$/;
const ZERO_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const EMOJI = /\p{Emoji_Presentation}|\ufe0f/u;

/** First and last code points that terminals draw two cells wide: the larger blocks of Unicode's EastAsianWidth W and F. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0x33ff],
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xa000, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x20000, 0x3fffd],
];

/** Cells that a text without control characters takes on a terminal. */
export function displayWidth(text: string): number {
  if (NARROW_ONLY.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += graphemeWidth(segment);
  return width;
}

/** Cuts a text to at most `width` cells, the last of which is then `…`. */
export function fit(text: string, width: number): string {
  if (displayWidth(text) <= width) return text;
  if (width <= 0) return "";
  let kept = "";
  let used = 0;
  for (const { segment } of graphemes.segment(text)) {
    const next = graphemeWidth(segment);
    if (used + next > width - 1) break;
    kept += segment;
    used += next;
  }
  return `${kept.trimEnd()}…`;
}

/** A stretch of a line that is painted alike. */
export interface Piece {
  text: string;
  brush: (text: string) => string;
}

/**
 * A line in rows of at most `width` cells, broken at spaces, also where a word is made of several pieces; every row but the
 * first is set in. A word that is longer than a row, an event's id on a narrow terminal say, is left whole.
 */
export function rowsOf(pieces: readonly Piece[], width: number, indent: number): Piece[][] {
  const line = pieces.map(({ text }) => text).join("");
  if (displayWidth(line) <= width) return [[...pieces]];
  const margin: Piece = { text: " ".repeat(indent), brush: (text) => text };
  return breaks(line, width, indent).map(({ from, to }, row) => {
    let start = 0;
    const shown = pieces.flatMap(({ text, brush }) => {
      const end = start + text.length;
      const kept = text.slice(Math.max(0, from - start), Math.max(0, to - start));
      start = end;
      return kept === "" ? [] : [{ text: kept, brush }];
    });
    return row === 0 ? shown : [margin, ...shown];
  });
}

/** Where the rows of a line begin and end. */
function breaks(line: string, width: number, indent: number): { from: number; to: number }[] {
  const rows: { from: number; to: number }[] = [];
  for (const { 0: word, index } of line.matchAll(/\s*\S+/g)) {
    const row = rows.at(-1);
    const margin = rows.length > 1 ? indent : 0;
    const to = index + word.length;
    if (row === undefined) rows.push({ from: 0, to });
    else if (
      line.slice(row.from, row.to).trim() === "" ||
      margin + displayWidth(line.slice(row.from, to)) <= width
    )
      row.to = to;
    else rows.push({ from: to - word.trimStart().length, to });
  }
  return rows;
}

/** Fills a text up with spaces to `width` cells. */
export function pad(text: string, width: number, align: "left" | "right" = "left"): string {
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return align === "left" ? text + space : space + text;
}

function graphemeWidth(segment: string): number {
  if (ZERO_WIDTH.test(segment)) return 0;
  if (EMOJI.test(segment)) return 2;
  const code = segment.codePointAt(0) ?? 0;
  return WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}
