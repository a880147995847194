import { changeNumbers } from "./json-text.ts";
import { withoutAtEnd } from "./text-end.ts";

/**
 * A number of fewer than 16 digits, and of no great power of ten, is what a double gives back. Looked for only where a number
 * may begin: from every digit on, it cost a list of numbers three times its parse.
 */
const MAY_BE_BEYOND = /(?:^|[\s:,[-])[\d.]{16}|\d[eE][+-]?\d{3}/;
/** So many digits a double always gives back. */
const SAFE_LENGTH = 15;
/** `toPrecision` goes no further. */
const MAX_DIGITS = 100;

/**
 * Whether a number as JSON writes it says more than a double holds: `9054686819491029395`, `1e400`. One that a double
 * gives back, be it in 17 digits or in all it has, does not.
 */
export function isBeyondDouble(text: string): boolean {
  if (text.length <= SAFE_LENGTH && !/[eE]/.test(text)) return false;
  const value = Number(text);
  if (String(value) === text) return false;
  if (!Number.isFinite(value)) return true;
  const digits = significant(text);
  if (value === 0) return digits !== "";
  if (digits.length > MAX_DIGITS) return true;
  // The shortest text of a number halfway between two of 17 digits may be the one to which these are not rounded.
  const given = [String(value), value.toPrecision(Math.max(1, digits.length))];
  return !given.some((one) => significant(one) === digits && exponentOf(one) === exponentOf(text));
}

/** Digits without sign, point, power, and zeros before and behind. */
function significant(text: string): string {
  const [mantissa = ""] = text.split(/[eE]/);
  return withoutAtEnd(mantissa.replace(/[-.]/g, "").replace(/^0+/, ""), "0");
}

/** The power of ten of the first digit that is not 0. */
function exponentOf(text: string): number {
  const [mantissa = "", power = "0"] = text.replace(/^-/, "").split(/[eE]/);
  const [whole = "", fraction = ""] = mantissa.split(".");
  const leading = whole.replace(/^0+/, "");
  const place =
    leading !== "" ? leading.length - 1 : -1 - (fraction.length - fraction.replace(/^0+/, "").length);
  return Number(power) + place;
}

/** The text of a JSON document with each number beyond a double as a string of its digits, as it was written. */
export function digitsAsText(json: string): string {
  return marked(json, "");
}

// Cannot be in a log: it is another in each process.
const MARK = `\u0001${crypto.getRandomValues(new Uint32Array(2)).join("")}:`;
const MARKED = new RegExp(`"${JSON.stringify(MARK).slice(1, -1).replace("\\", "\\\\")}([^"]*)"`, "g");

/** As `digitsAsText`, so that `withMarkedNumbers` finds them again in what was made of the document. */
export function markNumbers(json: string): string {
  return marked(json, MARK);
}

/** A number that `markNumbers` found, in the one form of all ways to write it; any other text as it is. */
export function inOneForm(text: string): string {
  return text.startsWith(MARK) ? MARK + numberForm(text.slice(MARK.length)) : text;
}

/** The digits where the text is a number that `markNumbers` found. */
export function markedDigits(text: string): string | undefined {
  return text.startsWith(MARK) ? text.slice(MARK.length) : undefined;
}

/** `9054686819491029395.0` is `9054686819491029395`, `-12e399` is `-1.2e400`. */
function numberForm(text: string): string {
  const digits = significant(text);
  if (digits === "") return "0";
  const sign = text.startsWith("-") ? "-" : "";
  const power = exponentOf(text);
  if (power >= digits.length - 1 && power < MAX_DIGITS) return `${sign}${digits.padEnd(power + 1, "0")}`;
  return `${sign}${digits[0]}${digits.length > 1 ? "." : ""}${digits.slice(1)}e${power}`;
}

/** The numbers in their place again. */
export function withMarkedNumbers(json: string): string {
  return json.replace(MARKED, "$1");
}

function marked(json: string, mark: string): string {
  if (!MAY_BE_BEYOND.test(json)) return json;
  return changeNumbers(json, (number) => (isBeyondDouble(number) ? JSON.stringify(mark + number) : number));
}
