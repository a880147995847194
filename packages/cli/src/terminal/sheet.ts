import type { Paint } from "./paint.ts";
import { plainText } from "./plain-text.ts";
import { pad } from "./width.ts";

/** Cells that a sheet's names take. */
export const SHEET_NAME_WIDTH = 24;

/** A field of a sheet: its name, and beside it what it holds, a line each; `lines` are safe on a terminal. */
export function sheetField(name: string, lines: readonly string[], paint: Paint): string[] {
  return lines.map((line, at) => {
    const label = pad(at === 0 ? plainText(name) : "", SHEET_NAME_WIDTH - 1);
    return `${paint.dim(label)} ${line}`.trimEnd();
  });
}
