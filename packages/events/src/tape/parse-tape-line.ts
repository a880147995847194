import { isUtf8 } from "node:buffer";
import { newerFormatOf, TAPE_FORMAT_VERSION } from "../run/index.ts";
import { jsonHash, messageHash } from "./request-hash.ts";
import { type TapeLine, tapeLineSchema } from "./schema/index.ts";

export type ParsedTapeLine =
  | { ok: true; line: TapeLine }
  /** `newer`: the refusal of a tape of a later format, in words. */
  | { ok: false; reason: string; newer?: string };

const SHOWN_ISSUES = 3;

/**
 * Reads one line of a tape, and holds a message and a schema to the hash beside it. Never throws.
 *
 * @param bytes without its line end
 * @param file how to name the tape
 */
export function parseTapeLine(bytes: Uint8Array, file: string): ParsedTapeLine {
  if (!isUtf8(bytes)) return { ok: false, reason: "not UTF-8" };
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch (error) {
    return { ok: false, reason: `not JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
  const { data, error } = tapeLineSchema.safeParse(value);
  const newer = isHead(value) ? newerFormatOf(file, value, TAPE_FORMAT_VERSION) : undefined;
  if (newer !== undefined) return { ok: false, reason: newer, newer };
  if (error) {
    const issues = error.issues.slice(0, SHOWN_ISSUES);
    return {
      ok: false,
      reason: issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "),
    };
  }
  const wrong = wrongHash(data);
  return wrong === undefined ? { ok: true, line: data } : { ok: false, reason: wrong };
}

function isHead(value: unknown): boolean {
  return typeof value === "object" && value !== null && "line" in value && value.line === "tape";
}

function wrongHash(line: TapeLine): string | undefined {
  if (line.line === "message" && line.hash !== messageHash(line)) return "hash: not that of the message";
  if (line.line === "schema" && line.hash !== jsonHash(line.schema)) return "hash: not that of the schema";
  return undefined;
}
