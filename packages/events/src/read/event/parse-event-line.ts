import { isAscii, isUtf8 } from "node:buffer";
import { EVENT_TYPES, type Event, eventSchema, type JsonObject } from "../../schema/index.ts";
import { isEvent } from "./is-event.ts";
import { upcast } from "./upcast.ts";

/** Whose hand wrote a line: this project's, or the Python `llm-sim`'s. */
export const DIALECTS = ["native", "python"] as const;
export type Dialect = (typeof DIALECTS)[number];

/** Tells a line that is no JSON object from one that is, but no event. */
export type LineFault = "line" | "schema";

export type ParsedLine =
  | { ok: true; event: Event; dialect: Dialect }
  | { ok: false; fault: LineFault; reason: string };

/**
 * Reads one line of a log. The event is what the line says, its fields in their order, those that no schema knows included;
 * of the Python dialect, what {@link upcast} makes of it. Never throws.
 *
 * @param line without its line end; bytes must be UTF-8
 */
export function parseEventLine(line: Buffer | string): ParsedLine {
  let value: unknown;
  try {
    const text = typeof line === "string" ? line : decode(line);
    if (text === undefined) return { ok: false, fault: "line", reason: "not UTF-8" };
    value = JSON.parse(text);
  } catch (error) {
    return { ok: false, fault: "line", reason: `not JSON: ${messageOf(error)}` };
  }
  if (isEvent(value)) return { ok: true, event: value, dialect: "native" };
  if (!isJsonObject(value)) return { ok: false, fault: "line", reason: "not a JSON object" };
  const lifted = upcast(value);
  if (lifted !== value && isEvent(lifted)) return { ok: true, event: lifted, dialect: "python" };
  return { ok: false, fault: "schema", reason: whatIsWrong(lifted) };
}

/** Why a line is no event as it stands, without an upcast; `undefined` where it is one. */
export function nativeFault(line: Buffer): string | undefined {
  const value: unknown = JSON.parse(decode(line) ?? "null");
  return isEvent(value) || !isJsonObject(value) ? undefined : whatIsWrong(value);
}

/** ASCII, nearly every line there is, is decoded as Latin-1, which is a copy; `undefined` where it is not UTF-8. */
function decode(bytes: Buffer): string | undefined {
  if (isAscii(bytes)) return bytes.toString("latin1");
  return isUtf8(bytes) ? bytes.toString("utf8") : undefined;
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
