import { crc32, createInflateRaw } from "node:zlib";

/** One of the gzip members a compressed segment is made of: where it lies in the file, and what of the text it holds. */
export interface GzipMember {
  fileOffset: number;
  fileBytes: number;
  textOffset: number;
  textBytes: number;
}

/** What a member may inflate to, and the window it is looked for in, to be held in memory as a whole. */
const MAX_MEMBER_TEXT = 32 * 1024 * 1024;

/** Inflates what `deflated` begins with; `consumed` tells how much of it that was. */
function inflate(deflated: Buffer): Promise<{ text: Buffer; consumed: number }> {
  return new Promise((resolve, reject) => {
    const inflater = createInflateRaw({ chunkSize: 256 * 1024 });
    const parts: Buffer[] = [];
    let length = 0;
    inflater.on("data", (part: Buffer) => {
      parts.push(part);
      length += part.length;
      if (length > MAX_MEMBER_TEXT)
        inflater.destroy(Object.assign(new Error("too large"), { code: "ERR_BUFFER_TOO_LARGE" }));
    });
    inflater.on("end", () => resolve({ text: Buffer.concat(parts), consumed: inflater.bytesWritten }));
    inflater.on("error", reject);
    inflater.end(deflated);
  });
}

export type Inflated =
  | { state: "member"; text: Buffer; fileBytes: number }
  /** The window ends before the member does. */
  | { state: "incomplete" }
  /** It is too large to be held, or damaged. */
  | { state: "unfit" }
  /** What begins here is no member. */
  | { state: "none" };

/**
 * Inflates the member that `window` begins with. Where it ends nobody says beforehand: the inflater knows how much it
 * has consumed (RFC 1952 for header and trailer).
 */
export async function inflateMember(window: Buffer): Promise<Inflated> {
  if (window.length < 18 || window[0] !== 0x1f || window[1] !== 0x8b || window[2] !== 8) {
    return { state: window.length > 0 && window.length < 18 && window[0] === 0x1f ? "incomplete" : "none" };
  }
  const header = headerLength(window);
  if (header === undefined) return { state: "incomplete" };
  try {
    const { text, consumed } = await inflate(window.subarray(header));
    const end = header + consumed;
    if (end + 8 > window.length) return { state: "incomplete" };
    const isRight = window.readUInt32LE(end) === crc32(text) && window.readUInt32LE(end + 4) === text.length;
    if (!isRight) return { state: "unfit" };
    return { state: "member", text, fileBytes: end + 8 };
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "Z_BUF_ERROR") return { state: "incomplete" };
    if (code === "ERR_BUFFER_TOO_LARGE" || isDamagedGzip(error)) return { state: "unfit" };
    throw error;
  }
}

/** RFC 1952 §2.3: ten bytes, and what the flags announce. */
function headerLength(window: Buffer): number | undefined {
  const flags = window[3] ?? 0;
  let at = 10;
  if (flags & 4) at += 2 + window.readUInt16LE(at);
  for (const flag of [8, 16]) {
    if (!(flags & flag)) continue;
    const zero = window.indexOf(0, at);
    if (zero === -1) return undefined;
    at = zero + 1;
  }
  if (flags & 2) at += 2;
  return at < window.length ? at : undefined;
}

/** Whether zlib found that its input is damaged, or not all there. */
export function isDamagedGzip(error: unknown): error is Error {
  return error instanceof Error && "code" in error && /^Z_(DATA|BUF)_ERROR$/.test(String(error.code));
}
