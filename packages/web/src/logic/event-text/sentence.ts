/** An explanation's sentence without the event id it ends with: here the line itself leads to the event. */
export function sentenceOf(sentence: string): string {
  return sentence.replace(/\s*\[[0-9A-HJKMNP-TV-Z]{26}( \| [0-9A-HJKMNP-TV-Z]{26})?\]$/, "");
}
