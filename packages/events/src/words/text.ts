/** The first `length` UTF-16 units, one less where that would halve a character. */
export function cutText(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  const halvesCharacter = last >= 0xd800 && last <= 0xdbff;
  return text.slice(0, halvesCharacter ? length - 1 : length);
}

/** At most `length` UTF-16 units, the last of them an ellipsis where something was left out. No character is halved. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${cutText(text, length - 1)}…`;
}

/** `1 event`, `1200 events`: in a sentence, where numbers are written as in a log */
export function countText(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** `ann`, `ann and bob`, `ann, bob, carol and 9 more` */
export function listText(names: readonly string[]): string {
  const shown = names.length > 4 ? [...names.slice(0, 3), `${names.length - 3} more`] : [...names];
  const last = shown.pop() ?? "";
  return shown.length === 0 ? last : `${shown.join(", ")} and ${last}`;
}

/** `$12.30`, `$0.042`, `$0.00031`, `$0.0004`: what answers cost, from a dollar on in cents, below with two digits that count. */
export function usdText(usd: number): string {
  if (usd === 0 || usd >= 1) return `$${usd.toFixed(2)}`;
  const decimals = Math.min(8, 1 - Math.floor(Math.log10(usd)));
  return `$${usd.toFixed(Math.max(2, decimals)).replace(/(\.\d{2,}?)0+$/, "$1")}`;
}
