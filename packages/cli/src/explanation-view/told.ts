import { type Paint, plainText } from "../terminal/index.ts";

const EVENT_ID = /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g;
/** Of a gap in what is known, and of a diff's left and right. */
const MARKS = ["! ", "- ", "+ ", "@@"] as const;

/** The store's lines for a person, safe on a terminal; what stands out is coloured. */
export function told(lines: readonly string[], paint: Paint): string {
  return lines.map((line) => `${painted(plainText(line), paint)}\n`).join("");
}

function painted(line: string, paint: Paint): string {
  switch (MARKS.find((mark) => line.startsWith(mark))) {
    case "! ":
    case "- ":
      return paint.caution(line);
    case "+ ":
      return paint.good(line);
    case "@@":
      return paint.bold(line);
    default:
      return line.replace(EVENT_ID, (id) => paint.dim(id));
  }
}
