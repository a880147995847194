const BACKSLASH = 0x5c;
const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/**
 * Where the quote is that ends a string of a JSON document; the document's end where there is none.
 *
 * @param start behind the quote that begins it
 */
export function endOfString(json: string, start: number): number {
  for (let from = start; ; ) {
    const end = json.indexOf('"', from);
    if (end === -1) return json.length;
    let before = end;
    while (before > start && json.charCodeAt(before - 1) === BACKSLASH) before--;
    if ((end - before) % 2 === 0) return end;
    from = end + 1;
  }
}

/**
 * The text of a JSON document with something else for each of its numbers. Strings are passed over whole: what looks like a number in
 * them is text. (One expression for both runs out of stack within a string of some megabytes.)
 */
export function changeNumbers(json: string, change: (number: string) => string): string {
  let changed = "";
  for (let from = 0; ; ) {
    const quote = json.indexOf('"', from);
    changed += json.slice(from, quote === -1 ? json.length : quote).replace(NUMBER, change);
    if (quote === -1) return changed;
    const end = endOfString(json, quote + 1);
    changed += json.slice(quote, end + 1);
    from = end + 1;
  }
}
