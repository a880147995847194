import { REFUSED } from "./json-scan.ts";

export const TIMESTAMP_LENGTH = "2026-11-23T07:15:00.000123Z".length;

/** Reads timestamps of the log's own form; remembers the second, which many lines share, and the day, which costs most. */
export class TimestampReader {
  readonly #second = new Int32Array(5); // the text up to the seconds, in words; the last overlaps
  #secondStart = REFUSED;
  #day = -1;
  #dayStart = 0;

  /** @returns microseconds since 1970, or REFUSED where it is no such moment or one before 1970 */
  read(bytes: Uint8Array, view: DataView, at: number): number {
    const fraction = number(bytes, at + 20, 6);
    if (!(fraction >= 0) || bytes[at + 19] !== 0x2e || bytes[at + 26] !== 0x5a) return REFUSED;
    const last = this.#second;
    const isSame =
      view.getInt32(at, true) === last[0] &&
      view.getInt32(at + 4, true) === last[1] &&
      view.getInt32(at + 8, true) === last[2] &&
      view.getInt32(at + 12, true) === last[3] &&
      view.getInt32(at + 15, true) === last[4];
    if (!isSame) {
      const start = this.#readSecond(bytes, at);
      if (start === REFUSED) return REFUSED;
      this.#secondStart = start;
      for (let word = 0; word < 5; word++) last[word] = view.getInt32(at + Math.min(word * 4, 15), true);
    }
    return this.#secondStart + fraction;
  }

  #readSecond(bytes: Uint8Array, at: number): number {
    const day = number(bytes, at, 4) * 10_000 + number(bytes, at + 5, 2) * 100 + number(bytes, at + 8, 2);
    const hour = number(bytes, at + 11, 2);
    const minute = number(bytes, at + 14, 2);
    const second = number(bytes, at + 17, 2);
    const isWritten =
      bytes[at + 4] === 0x2d &&
      bytes[at + 7] === 0x2d &&
      bytes[at + 10] === 0x54 &&
      bytes[at + 13] === 0x3a &&
      bytes[at + 16] === 0x3a;
    // Not a number compares as false.
    if (!(isWritten && hour < 24 && minute < 60 && second < 60)) return REFUSED;
    if (day !== this.#day) {
      const start = startOfDay(day);
      if (start === undefined) return REFUSED;
      this.#day = day;
      this.#dayStart = start;
    }
    return this.#dayStart + ((hour * 60 + minute) * 60 + second) * 1_000_000;
  }
}

/** A year by whose end a number no longer holds every microsecond: the parser judges. */
const PAST_EXACT = 2255;

/** `20261123` → microseconds since 1970; `undefined` where the calendar has no such day. */
function startOfDay(day: number): number | undefined {
  const [year, month, date] = [Math.floor(day / 10_000), Math.floor(day / 100) % 100, day % 100];
  if (!(year >= 1970 && year < PAST_EXACT)) return undefined;
  const start = new Date(Date.UTC(year, month - 1, date));
  return start.getUTCMonth() === month - 1 && start.getUTCDate() === date
    ? start.getTime() * 1000
    : undefined;
}

function number(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let index = at; index < at + length; index++) {
    const digit = (bytes[index] ?? 0) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
