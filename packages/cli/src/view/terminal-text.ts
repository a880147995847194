import type { Output } from "../context/index.ts";
import { Paint, plainText, wrapped } from "../terminal/index.ts";

const EVENT_ID = /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g;
/** Of a gap in what is known, and of a diff's left and right. */
const MARKS = ["! ", "- ", "+ ", "@@"] as const;
/** What a line begins with that its further lines stand behind: space, a number, a mark. */
const LEAD = /^ *(\d+\. |[!+-] )?/;

/**
 * The store's lines for a person, safe on a terminal; what stands out is coloured, and on a terminal a long line goes on below,
 * set in. In a pipe a line stays one.
 */
export function terminalText(
  lines: readonly string[],
  { color, columns, isTerminal }: Pick<Output, "color" | "columns" | "isTerminal">,
): string {
  const paint = new Paint(color);
  const rows = lines.flatMap((line) => {
    const plain = plainText(line);
    const painted = brushFor(plain, paint);
    return (isTerminal ? wrapped(plain, columns, hangingIndent(plain)) : [plain]).map(painted);
  });
  return rows.map((row) => `${row}\n`).join("");
}

function hangingIndent(line: string): number {
  const [lead = "", mark] = LEAD.exec(line) ?? [];
  return mark === undefined ? lead.length + 2 : lead.length;
}

function brushFor(line: string, paint: Paint): (row: string) => string {
  switch (MARKS.find((mark) => line.startsWith(mark))) {
    case "! ":
    case "- ":
      return (row) => paint.caution(row);
    case "+ ":
      return (row) => paint.good(row);
    case "@@":
      return (row) => paint.bold(row);
    default:
      return (row) => row.replace(EVENT_ID, (id) => paint.dim(id));
  }
}
