const MICROSECONDS: Readonly<Record<string, number>> = {
  ms: 1e3,
  s: 1e6,
  min: 6e7,
  h: 3.6e9,
  d: 8.64e10,
};

/** `30s`, `1.5h` → microseconds; `undefined` where the text is no length of time. */
export function durationOf(text: string): number | undefined {
  const [, amount = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*(ms|s|min|h|d)$/.exec(text) ?? [];
  const scale = MICROSECONDS[unit];
  return scale === undefined ? undefined : Number(amount) * scale;
}
