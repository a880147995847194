// What a log says must not move the cursor, break a line into two, or turn the reading direction around.
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** One line that is safe on a terminal: `"a\nb\u001b[2J"` → `"a␤b␛[2J"` */
export function plainText(text: string): string {
  return text.replace(UNPRINTABLE, (character) => {
    const code = character.charCodeAt(0);
    if (code === 0x0a) return "␤";
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return `\\u${code.toString(16).padStart(4, "0")}`;
  });
}

/** The same of several lines, which stay lines. */
export function plainLines(text: string): string {
  return text.split(/\r?\n/).map(plainText).join("\n");
}
