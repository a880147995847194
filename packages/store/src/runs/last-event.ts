import { codeOf } from "@llm-sim/events/errors";
import { parseEventLine } from "@llm-sim/events/read";
import { lastOfRegular } from "@llm-sim/events/run";
import type { Event } from "@llm-sim/events/schema";

/** Where a last line is looked for: most are short, and nearly every one fits into the second. */
const TAIL_BYTES = [4 * 1024, 64 * 1024];

/** The event of a segment's last line; `undefined` where that cannot be told without more of a look. */
export function lastEvent(path: string): Event | undefined {
  try {
    for (const most of TAIL_BYTES) {
      const { bytes, size } = lastOfRegular(path, most);
      if (bytes[bytes.length - 1] !== 0x0a) return undefined; // torn, or of another hand
      const start = bytes.lastIndexOf(0x0a, -2) + 1;
      if (start === 0 && bytes.length < size) continue;
      const parsed = parseEventLine(bytes.subarray(start, -1));
      return parsed.ok ? parsed.event : undefined;
    }
    return undefined;
  } catch (error) {
    if (codeOf(error) === "FILE_REFUSED" || codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
