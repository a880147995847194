import { withoutAtEnd } from "@llm-sim/events/words";

/** An exact decimal number: `coefficient` × 10^`exponent`. */
export interface Decimal {
  coefficient: bigint;
  exponent: number;
}

export const ZERO: Decimal = { coefficient: 0n, exponent: 0 };

/**
 * The number as it is written: the shortest decimal that reads back as the same double, which is what JSON carries. So
 * 0.3 is three tenths here, and 0.3 - 0.1 is exactly 0.2.
 *
 * @param value finite
 */
export function decimal(value: number): Decimal {
  // Fifteen digits determine a double, and are then its shortest decimal: no need to write it out.
  for (let places = 0; places <= 4; places++) {
    const scaled = Math.round(value * 10 ** places);
    if (Math.abs(scaled) >= 1e15) break;
    if (scaled / 10 ** places === value) return { coefficient: BigInt(scaled), exponent: 0 - places };
  }
  const [mantissa = "0", power = "0"] = String(value).split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { coefficient: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}

export function plus(left: Decimal, right: Decimal): Decimal {
  if (left.exponent === right.exponent) {
    return { coefficient: left.coefficient + right.coefficient, exponent: left.exponent };
  }
  const [high, low] = left.exponent > right.exponent ? [left, right] : [right, left];
  const scaled = high.coefficient * 10n ** BigInt(high.exponent - low.exponent);
  return { coefficient: scaled + low.coefficient, exponent: low.exponent };
}

export function minus(left: Decimal, right: Decimal): Decimal {
  return plus(left, { coefficient: -right.coefficient, exponent: right.exponent });
}

/** Negative, zero or positive, as |left| is less than, equal to or more than |right|. */
export function compareSizes(left: Decimal, right: Decimal): number {
  const difference = minus(size(left), size(right)).coefficient;
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** More digits than this are written with a power of ten. */
const PLAIN_DIGITS = 40;

/** With its sign and without needless zeros: `+12.4`, `-0.1`, `0`, `+1e+300`. */
export function signed(value: Decimal): string {
  if (value.coefficient === 0n) return "0";
  const sign = value.coefficient < 0n ? "-" : "+";
  const written = String(size(value).coefficient);
  const digits = withoutAtEnd(written, "0");
  const exponent = value.exponent + written.length - digits.length;
  if (digits.length + Math.abs(exponent) > PLAIN_DIGITS) {
    const rest = digits.slice(1);
    const power = exponent + rest.length;
    return `${sign}${digits[0] ?? "0"}${rest === "" ? "" : `.${rest}`}e${power < 0 ? "-" : "+"}${Math.abs(power)}`;
  }
  if (exponent >= 0) return sign + digits + "0".repeat(exponent);
  const padded = digits.padStart(1 - exponent, "0");
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

/** What `signed` wrote, added up. */
export function sumOf(amounts: readonly string[]): string {
  return signed(amounts.map(parseDecimal).reduce(plus, ZERO));
}

/** Negative, zero or positive, as the first of what `signed` wrote is smaller, of equal size or larger, whatever their signs. */
export function compareAmounts(left: string, right: string): number {
  return compareSizes(parseDecimal(left), parseDecimal(right));
}

/** Reads what `signed` writes. */
export function parseDecimal(text: string): Decimal {
  const [mantissa = "0", power = "0"] = text.split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  const isNegative = whole.startsWith("-");
  const digits = BigInt(whole.replace(/^[+-]/, "") + fraction);
  return { coefficient: isNegative ? -digits : digits, exponent: Number(power) - fraction.length };
}

function size(value: Decimal): Decimal {
  return value.coefficient < 0n ? { ...value, coefficient: -value.coefficient } : value;
}
