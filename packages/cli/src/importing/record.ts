import { readSteps } from "@llm-sim/events/naming";
import { changeNumbers } from "@llm-sim/events/schema";
import { shorten } from "@llm-sim/events/words";

export type JsonRecord = Readonly<Record<string, unknown>>;

/** A line that is no record, or a record that is no event; the message says why. */
export class Unusable extends Error {
  override readonly name = "Unusable";
}

/** Characters of a value in a message. */
const MAX_SHOWN = 40;
/** Shorter numbers are doubles without loss. */
const LONG_NUMBER = /\d{16}/;
// No text of a record begins so: a lone NUL is not sent by accident.
const BIG = "\u0000big:";

/**
 * A record of JSON. Whole numbers beyond a double come as `bigint`, with all their digits.
 *
 * @throws Unusable
 */
export function parseRecord(bytes: Buffer): JsonRecord {
  const text = bytes.toString("utf8", beginOf(bytes));
  let value: unknown;
  try {
    value = LONG_NUMBER.test(text) ? parseBig(text) : JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Unusable(`no JSON: ${why}`);
  }
  if (isRecord(value)) return value;
  throw new Unusable(`expected an object, found ${Array.isArray(value) ? "a list" : JSON.stringify(value)}`);
}

/** Behind the zeros of a crash and a byte order mark. */
function beginOf(bytes: Buffer): number {
  let at = 0;
  while (bytes[at] === 0) at++;
  return bytes[at] === 0xef && bytes[at + 1] === 0xbb ? at + 3 : at;
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseBig(text: string): unknown {
  const marked = changeNumbers(text, (number) =>
    !/^-?\d+$/.test(number) || Number.isSafeInteger(Number(number))
      ? number
      : JSON.stringify(`${BIG}${number}`),
  );
  return JSON.parse(marked, (_, value: unknown) =>
    typeof value === "string" && value.startsWith(BIG) ? BigInt(value.slice(BIG.length)) : value,
  );
}

/** A field of records, by its path. */
export interface FieldPath {
  readonly text: string;
  /** The member of the record that holds it. */
  readonly top: string;
  /** Whether it is that member, and not a part of it. */
  readonly isWhole: boolean;
  of(record: JsonRecord): unknown;
}

/** `message.text`, `"gpt-4.1".cost`, `tags.0`; a member whose name is the whole text comes first. */
export function fieldPath(text: string): FieldPath {
  const steps = readSteps(text).map((step) => step.text);
  const [top = "", ...deeper] = steps;
  return {
    text,
    top,
    isWhole: deeper.length === 0,
    of(record) {
      if (deeper.length > 0 && Object.hasOwn(record, text)) return record[text];
      let value: unknown = record;
      for (const step of steps) {
        if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
        value = Reflect.get(value, step);
      }
      return value;
    },
  };
}

/** A name as text: agents of other programs may be numbers. `undefined` where there is none. */
export function asText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean")
    return String(value);
  return undefined;
}

/** A value as a message shows it. */
export function brief(value: unknown): string {
  const text =
    typeof value === "bigint"
      ? String(value)
      : value === undefined
        ? "missing"
        : JSON.stringify(value, plain);
  return shorten(text, MAX_SHOWN);
}

function plain(_: string, value: unknown): unknown {
  return typeof value === "bigint" ? String(value) : value;
}
