import { isAscii, isUtf8 } from "node:buffer";
import {
  type Dialect,
  digitsAsText,
  EVENT_TYPES,
  type Event,
  endOfString,
  eventSchema,
  FIRST_MOMENT,
  type JsonObject,
  LAST_MOMENT,
  markNumbers,
  parseTimestamp,
  withMarkedNumbers,
} from "../schema/index.ts";
import { asBuffer } from "./as-buffer.ts";
import { isEvent } from "./is-event.ts";
import { upcast } from "./upcast.ts";

/** Tells a line that is no JSON object from one that is, but no event, and from one at a moment that there is not. */
export type LineFault = "line" | "schema" | "timestamp-valid";

/**
 * The most levels of objects and arrays in a line, its own object included: deeper ones are no events. It bounds whatever
 * walks over a payload; Python's `json` writes no deeper either, and this project's writer ends at 64 (`[too deep]`).
 */
export const MAX_DEPTH = 1000;

export type ParsedLine =
  | { ok: true; event: Event; dialect: Dialect }
  | { ok: false; fault: LineFault; reason: string };

/**
 * Reads one line of a log. The event is what the line says, its fields in their order, those that no schema knows included;
 * of the Python dialect, what {@link upcast} makes of it. A number beyond a double (`9054686819491029395`, `1e400`) is the
 * text of its digits. Never throws.
 *
 * @param line without its line end; bytes must be UTF-8
 */
export function parseEventLine(line: Uint8Array | string): ParsedLine {
  return parse(line, digitsAsText);
}

/** As `parseEventLine`, with the nearest double for each number: to compare and to count with, infinite where it is as large. */
export function parseEventLineInDoubles(line: Uint8Array | string): ParsedLine {
  return parse(line, (text) => text);
}

/** As `parseEventLine`, with each number beyond a double told from the text of its digits: see `markedDigits`. */
export function parseEventLineExactly(line: Uint8Array | string): ParsedLine {
  return parse(line, markNumbers);
}

/**
 * Today's event as JSON: a line of this project's as it is, of another dialect what its upcast writes, with every digit of
 * its numbers. `undefined` where it is no event.
 */
export function eventLineOf(line: Uint8Array): Uint8Array | undefined {
  const parsed = parse(line, markNumbers);
  if (!parsed.ok) return undefined;
  if (parsed.dialect === "native") return line;
  return Buffer.from(withMarkedNumbers(JSON.stringify(parsed.event)));
}

function parse(line: Uint8Array | string, numbers: (json: string) => string): ParsedLine {
  let value: unknown;
  try {
    const text = typeof line === "string" ? line : decode(line);
    if (text === undefined) return { ok: false, fault: "line", reason: "not UTF-8" };
    if (isTooDeep(text)) return { ok: false, fault: "line", reason: TOO_DEEP };
    value = JSON.parse(numbers(text));
  } catch (error) {
    return { ok: false, fault: "line", reason: `not JSON: ${messageOf(error)}` };
  }
  if (isEvent(value)) return atMoment(value, "native");
  if (!isJsonObject(value)) return { ok: false, fault: "line", reason: "not a JSON object" };
  const lifted = upcast(value);
  if (lifted !== value && isEvent(lifted)) return atMoment(lifted, "python");
  return { ok: false, fault: "schema", reason: whatIsWrong(lifted) };
}

function atMoment(event: Event, dialect: Dialect): ParsedLine {
  const { timestamp } = event;
  if (timestamp < FIRST_MOMENT || timestamp > LAST_MOMENT) {
    const reason = `timestamp: ${timestamp} is not between ${FIRST_MOMENT} and ${LAST_MOMENT}, of which a number holds every microsecond`;
    return { ok: false, fault: "timestamp-valid", reason };
  }
  if (isMoment(timestamp)) return { ok: true, event, dialect };
  return { ok: false, fault: "timestamp-valid", reason: `timestamp: there is no moment ${timestamp}` };
}

/** The schema asks for digits only, and every month has 28 days: no more is looked at, of nearly all. */
function isMoment(timestamp: string): boolean {
  return (
    timestamp.charCodeAt(8) < 0x32 || timestamp.slice(8, 10) < "29" || parseTimestamp(timestamp) !== undefined
  );
}

const TOO_DEEP = `more than ${MAX_DEPTH} levels of objects and arrays`;
const QUOTE = 0x22;

/** Looked at before the parse, and only where the line is long enough for it (each level takes two characters) and has the brackets. */
function isTooDeep(text: string): boolean {
  if (
    text.length < 2 * MAX_DEPTH ||
    countUpTo(MAX_DEPTH, text, "{") + countUpTo(MAX_DEPTH, text, "[") <= MAX_DEPTH
  )
    return false;
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at + 1);
        break;
      case 0x5b: // [
      case 0x7b: // {
        if (++depth > MAX_DEPTH) return true;
        break;
      case 0x5d:
      case 0x7d:
        depth--;
    }
  }
  return false;
}

/** How often a character is there; no more than one past `limit` is counted. */
function countUpTo(limit: number, text: string, character: string): number {
  let count = 0;
  for (let at = text.indexOf(character); at !== -1 && count <= limit; at = text.indexOf(character, at + 1))
    count++;
  return count;
}

/** Why a line is no event as it stands, without an upcast; `undefined` where it is one. */
export function nativeFault(line: Uint8Array): string | undefined {
  const value: unknown = JSON.parse(decode(line) ?? "null");
  return isEvent(value) || !isJsonObject(value) ? undefined : whatIsWrong(value);
}

/** ASCII, nearly every line there is, is decoded as Latin-1, which is a copy; `undefined` where it is not UTF-8. */
function decode(bytes: Uint8Array): string | undefined {
  if (isAscii(bytes)) return asBuffer(bytes).toString("latin1");
  return isUtf8(bytes) ? asBuffer(bytes).toString("utf8") : undefined;
}

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const SHOWN_ISSUES = 3;

function whatIsWrong(value: JsonObject): string {
  if (!EVENT_TYPES.some((type) => type === value.event_type)) {
    return `event_type: expected one of ${EVENT_TYPES.join(", ")}`;
  }
  const issues = eventSchema.safeParse(value).error?.issues ?? [];
  const shown = issues.slice(0, SHOWN_ISSUES).map(({ path, message }) => `${path.join(".")}: ${message}`);
  if (issues.length > SHOWN_ISSUES) shown.push(`and ${issues.length - SHOWN_ISSUES} more`);
  return shown.join("; ");
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
