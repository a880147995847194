/**
 * A key of the state as a part of a variable's name: `gold` in `inventory.gold`. One with a dot, an agent's id for instance, is
 * quoted, as in `offers."gpt-4.1".price`, so that no two variables have the same name.
 */
export function keyText(key: string): string {
  return needsQuotes(key) ? JSON.stringify(key) : key;
}

/** The keys that a variable's name was joined of. */
export function keysIn(name: string): string[] {
  if (!name.includes('"')) return name.split(".");
  const keys: string[] = [];
  for (let at = 0; at <= name.length; ) {
    const quoted = quotedKey(name, at);
    const end = quoted?.end ?? endOfPlain(name, at);
    keys.push(quoted?.key ?? name.slice(at, end));
    at = end + 1;
  }
  return keys;
}

/** The name of what a variable or an object lies in: `inventory` of `inventory.gold`; `""` is the whole part. */
export function parentName(name: string): string {
  if (!name.includes('"')) return name.slice(0, Math.max(0, name.lastIndexOf(".")));
  return keysIn(name).slice(0, -1).map(keyText).join(".");
}

function needsQuotes(key: string): boolean {
  return key.includes(".") || key.startsWith('"');
}

function endOfPlain(name: string, at: number): number {
  const dot = name.indexOf(".", at);
  return dot < 0 ? name.length : dot;
}

const QUOTED = /"(?:\\.|[^"\\])*"(?=\.|$)/sy;

function quotedKey(name: string, at: number): { key: string; end: number } | undefined {
  if (name[at] !== '"') return undefined;
  QUOTED.lastIndex = at;
  const text = QUOTED.exec(name)?.[0];
  if (text === undefined) return undefined;
  const key = parsed(text);
  // What another hand wrote may hold quotes that are part of the name.
  return key !== undefined && keyText(key) === text ? { key, end: at + text.length } : undefined;
}

function parsed(text: string): string | undefined {
  try {
    return String(JSON.parse(text));
  } catch {
    return undefined;
  }
}
