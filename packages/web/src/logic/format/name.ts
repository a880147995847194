const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u;

/** A name as it is shown: one of which nothing would be seen stands in quotes, its signs as JSON writes them. */
export function nameText(name: string): string {
  if (VISIBLE.test(name)) return name;
  const text = JSON.stringify(name);
  return text.replace(/[^\x20-\x7e]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
