import type { Output } from "../context/index.ts";
import { Paint, plainText, rowsOf } from "../terminal/index.ts";

/** What a line is, by which it is coloured: a gap in what is known, of a diff its place and the lines of its sides. */
export type LineKind = "text" | "gap" | "place" | "left" | "right";

/** An event's id stands apart from the words around it, so that it is never looked for among them. */
export type LinePart = string | { event_id: string };

/** A line for a person, as it is before it is made safe for a terminal. */
export interface Line {
  kind: LineKind;
  /** What it begins with, and its further rows stand behind: space, a number, a mark. */
  lead: string;
  parts: readonly LinePart[];
}

const MARKS: Readonly<Record<LineKind, string>> = {
  text: "",
  gap: "! ",
  place: "@@ ",
  left: "- ",
  right: "+ ",
};

/** A line with its kind's mark before it. */
export function line(kind: LineKind, ...parts: readonly LinePart[]): Line {
  return { kind, lead: MARKS[kind], parts };
}

export function text(...parts: readonly LinePart[]): Line {
  return line("text", ...parts);
}

export const EMPTY: Line = text();

/** Set in below a heading. */
export function below(...parts: readonly LinePart[]): Line {
  return { kind: "text", lead: "  ", parts };
}

export function numbered(items: readonly (readonly LinePart[])[]): Line[] {
  const width = String(items.length).length;
  return items.map((parts, place) => ({
    kind: "text",
    lead: `${String(place + 1).padStart(width)}. `,
    parts,
  }));
}

/** Behind a sentence, the events it is about: ` [01K…]`, ` [01K… | 01K…]`; nothing where there are none. */
export function withIds(...eventIds: readonly (string | undefined)[]): LinePart[] {
  const ids = eventIds.filter((id) => id !== undefined);
  return ids.flatMap((event_id, place): LinePart[] => [
    place === 0 ? " [" : " | ",
    { event_id },
    ...(place === ids.length - 1 ? ["]"] : []),
  ]);
}

/**
 * Lines as they are written, safe on a terminal; what stands out is coloured, and on a terminal a long line goes on below, set
 * in. In a pipe a line stays one.
 */
export function terminalText(
  lines: readonly Line[],
  { color, columns, isTerminal }: Pick<Output, "color" | "columns" | "isTerminal">,
): string {
  const paint = new Paint(color);
  const rows = lines.flatMap(({ kind, lead, parts }) => {
    const brush = brushFor(kind, paint);
    const pieces = [lead, ...parts].map((part) =>
      typeof part === "string"
        ? { text: plainText(part), brush }
        : { text: plainText(part.event_id), brush: (id: string) => paint.dim(id) },
    );
    const indent = lead.trim() === "" ? lead.length + 2 : lead.length;
    return isTerminal ? rowsOf(pieces, columns, indent) : rowsOf(pieces, Number.POSITIVE_INFINITY, 0);
  });
  return rows
    .map(
      (pieces) => `${pieces.map((piece) => (piece.text === "" ? "" : piece.brush(piece.text))).join("")}\n`,
    )
    .join("");
}

function brushFor(kind: LineKind, paint: Paint): (words: string) => string {
  switch (kind) {
    case "gap":
    case "left":
      return (words) => paint.caution(words);
    case "right":
      return (words) => paint.good(words);
    case "place":
      return (words) => paint.bold(words);
    default:
      return (words) => words;
  }
}
