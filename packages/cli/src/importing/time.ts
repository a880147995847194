import { formatTimestamp, parseTimestamp } from "@llm-sim/events/schema";
import type { Mapping } from "./mapping.ts";
import { brief, Unusable } from "./record.ts";

const PER_SECOND = { s: 1, ms: 1e3, us: 1e6, ns: 1e9 } as const;
/** Past it microseconds are no safe integers; before 1970 an id cannot say the time. */
const LAST = Number.MAX_SAFE_INTEGER;

/** A moment of a record. */
export interface Moment {
  /** Microseconds since 1970. */
  time: number;
  /** Whether that is all that the record says: finer digits are not in it. */
  isWhole: boolean;
}

/**
 * Reads the moment that a record names.
 *
 * @throws Unusable
 */
export function momentOf(value: unknown, { field, unit, offset }: Mapping["time"]): Moment {
  const moment =
    typeof value === "number" || typeof value === "bigint" || isDigits(value)
      ? ofNumber(value, field, unit)
      : ofText(value, field, offset);
  if (moment.time >= 0 && moment.time <= LAST) return moment;
  throw new Unusable(
    `${field} is ${brief(value)}: outside of what a log holds, 1970 to ${formatTimestamp(LAST).slice(0, 10)}${unit === undefined ? "" : `, in ${unit}`}`,
  );
}

function isDigits(value: unknown): value is string {
  return typeof value === "string" && /^\d{5,}(?:\.\d+)?$/.test(value);
}

function ofNumber(value: number | bigint | string, field: string, unit: Mapping["time"]["unit"]): Moment {
  if (unit === undefined)
    throw new Unusable(
      `${field} is ${brief(value)}, a number: the mapping's time.unit has to say s, ms, us or ns`,
    );
  if (typeof value === "bigint" || (typeof value === "string" && /^\d{16,}$/.test(value))) {
    const perMicrosecond = BigInt(PER_SECOND[unit]) / 1_000_000n || 1n;
    const whole = BigInt(value);
    const scaled = (whole * (unit === "s" ? 1_000_000n : unit === "ms" ? 1_000n : 1n)) / perMicrosecond;
    return { time: Number(scaled), isWhole: whole % perMicrosecond === 0n };
  }
  const exact = (Number(value) * 1e6) / PER_SECOND[unit];
  return { time: Math.round(exact), isWhole: unit !== "ns" || Number.isInteger(exact) };
}

function ofText(value: unknown, field: string, offset: string | undefined): Moment {
  if (typeof value === "string") {
    const hasOffset = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(value.slice(10));
    const text =
      offset === undefined || hasOffset
        ? value
        : `${value.length === 10 ? `${value}T00:00` : value}${offset}`;
    const time = parseTimestamp(text);
    if (time !== undefined) return { time, isWhole: !/[.,]\d{7,}/.test(value) };
  }
  throw new Unusable(
    value === undefined || value === null
      ? `it has no time: there is no ${field}`
      : `${field} is ${brief(value)}: expected a moment, ISO 8601 text or a number`,
  );
}
