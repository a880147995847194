/** A value of a table, as JSON has it; `null` or `undefined` where there is none. */
export type Cell = unknown;

const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/**
 * What Excel, LibreOffice and Google Sheets work out where a cell begins with it, blanks and control characters before it passed
 * over; the wide forms count where Japanese is spoken. (OWASP, "CSV Injection".)
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORMULA = /^[\s\u0000-\u001f\u007f-\u009f\u200b\ufeff]*[=+\-@＝＋－＠]/u;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * One record of RFC 4180, without its line end (`\n` in all that is exported): text as it is, numbers and truth values as in
 * JSON, lists and objects as JSON text. `null` is an empty field, an empty text a quoted one. A text that a spreadsheet would
 * take for a formula has an apostrophe before it, which makes it text there.
 */
export function csvRecord(cells: readonly Cell[]): string {
  return cells.map(csvField).join(",");
}

function csvField(cell: Cell): string {
  if (cell === null || cell === undefined) return "";
  if (cell === "") return '""';
  const text = typeof cell === "string" ? asText(cell) : JSON.stringify(cell);
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function asText(text: string): string {
  return FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}
