/** A value of a table, as JSON has it; `null` or `undefined` where there is none. */
export type Cell = unknown;

const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/**
 * One record of RFC 4180, without its line end (`\n` in all that is exported): text as it is, numbers and truth values as in
 * JSON, lists and objects as JSON text. `null` is an empty field, an empty text a quoted one. What a spreadsheet would take for
 * a formula stays what it is, as for every other reader it is data; docs/cli.md says so.
 */
export function csvRecord(cells: readonly Cell[]): string {
  return cells.map(csvField).join(",");
}

function csvField(cell: Cell): string {
  if (cell === null || cell === undefined) return "";
  if (cell === "") return '""';
  const text = typeof cell === "string" ? cell : JSON.stringify(cell);
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
