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
