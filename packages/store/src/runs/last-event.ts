import { closeSync, readSync, statSync } from "node:fs";
import { codeOf } from "@llm-sim/events/errors";
import { parseEventLine } from "@llm-sim/events/read";
import { openRegular } from "@llm-sim/events/run";
import type { Event } from "@llm-sim/events/schema";

/** Holds nearly every last line. */
const TAIL_BYTES = 64 * 1024;

/** The event of a segment's last line; `undefined` where that cannot be told without more of a look. */
export function lastEvent(path: string): Event | undefined {
  let descriptor: number;
  try {
    descriptor = openRegular(path);
  } catch (error) {
    if (codeOf(error) === "FILE_REFUSED" || codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
  try {
    const size = statSync(path).size;
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const count = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    const text = buffer.subarray(0, count);
    if (text[text.length - 1] !== 0x0a) return undefined; // torn, or of another hand
    const start = text.lastIndexOf(0x0a, -2) + 1;
    const parsed = parseEventLine(text.subarray(start, -1));
    return parsed.ok ? parsed.event : undefined;
  } finally {
    closeSync(descriptor);
  }
}
