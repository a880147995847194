const LEFT_TO_RIGHT_ISOLATE = "\u2066";
const ISOLATE_BY_FIRST_LETTER = "\u2068";
const END_OF_ISOLATE = "\u2069";
const ARROW = " → ";

/**
 * The text so that what leads from one value to another (`1 → −1`) reads from left to right, as its arrow points, whatever is written
 * beside it: behind letters of a script that goes from right to left, digits would change places.
 */
export function withCourseInOrder(text: string): string {
  if (text.search(RIGHT_TO_LEFT) < 0 || !text.includes(ARROW)) return text;
  const [first = "", ...rest] = text.split(ARROW);
  const start = first.lastIndexOf(": ") + (first.includes(": ") ? 2 : 0);
  const values = [first.slice(start), ...rest].map(
    (value) => `${ISOLATE_BY_FIRST_LETTER}${value}${END_OF_ISOLATE}`,
  );
  return `${first.slice(0, start)}${LEFT_TO_RIGHT_ISOLATE}${values.join(ARROW)}${END_OF_ISOLATE}`;
}

/** Letters of the scripts that are written from right to left: Hebrew, Arabic and their neighbours in Unicode. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/g;
const LETTER = /\p{L}/gu;

/**
 * The direction of most of a text's letters. A sentence made from a template begins with the agent's name, which says
 * nothing about the rest: by its first letter, as `dir="auto"` has it, the wrong end of a long one would be cut.
 */
export function directionOf(text: string): "ltr" | "rtl" {
  const backwards = text.match(RIGHT_TO_LEFT)?.length ?? 0;
  return backwards > 0 && backwards * 2 > (text.match(LETTER)?.length ?? 0) ? "rtl" : "ltr";
}
