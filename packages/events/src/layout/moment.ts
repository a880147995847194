/**
 * Moments are microseconds since 1970-01-01T00:00:00Z in a `number` (exact until the year 2255) in code,
 * and `2026-11-23T07:15:00.000123Z` in the log.
 */
const ISO_8601 =
  /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d{2}:?\d{2})?)?$/i;

/** `1763882100000123` → `"2025-11-23T07:15:00.000123Z"`; with `nanoseconds` past the microsecond, nine digits. */
export function formatTimestamp(microseconds: number, nanoseconds = 0): string {
  // Of a number that does not hold every microsecond a product is none of its thousands: a remainder is exact.
  const remainder = microseconds % 1000;
  const rest = remainder < 0 ? remainder + 1000 : remainder;
  const milliseconds = Math.round((microseconds - rest) / 1000);
  const finer = nanoseconds === 0 ? "" : String(nanoseconds).padStart(3, "0");
  return `${new Date(milliseconds).toISOString().slice(0, -1)}${String(rest).padStart(3, "0")}${finer}Z`;
}

/** Within these a year has four digits: an offset may lead out, and so may rounding, as a number holds every 32nd microsecond there. */
const FIRST_OF_YEARS = -62_167_219_200_000_000;
const LAST_OF_YEARS = 253_402_300_800_000_000 - 32;

/** The moments of which a number holds every microsecond, in the log's form. */
export const FIRST_MOMENT = formatTimestamp(Number.MIN_SAFE_INTEGER);
export const LAST_MOMENT = formatTimestamp(Number.MAX_SAFE_INTEGER);

/**
 * Reads any ISO 8601 moment (offset, `Z` or neither, which is UTC; a day alone is its first microsecond).
 * Digits past the microsecond are cut; `nanosecondsIn` has them.
 *
 * @returns microseconds since 1970, or `undefined` where the text is no such moment
 */
export function parseTimestamp(text: string): number | undefined {
  const parts = ISO_8601.exec(text);
  if (!parts) return undefined;
  const [, day = "", minute = "00:00", second = "00", fraction = "", zone = "Z"] = parts;
  const offset = zone.toUpperCase() === "Z" ? "Z" : `${zone.slice(0, 3)}:${zone.slice(-2)}`;
  const milliseconds = Date.parse(`${day}T${minute}:${second}${offset}`);
  if (Number.isNaN(milliseconds) || !isInCalendar(day)) return undefined;
  const microseconds = milliseconds * 1000 + Number(fraction.padEnd(6, "0").slice(0, 6));
  return Math.min(Math.max(microseconds, FIRST_OF_YEARS), LAST_OF_YEARS);
}

/** The digits of a moment past its microsecond: `…00.000123456Z` → 456 */
export function nanosecondsIn(text: string): number {
  const fraction = ISO_8601.exec(text)?.[4] ?? "";
  return Number(fraction.slice(6).padEnd(3, "0"));
}

/** `Date` takes February 30 for March 2. */
function isInCalendar(day: string): boolean {
  const date = Number(day.slice(-2));
  return date <= 28 || new Date(`${day}T00:00:00Z`).getUTCDate() === date;
}
