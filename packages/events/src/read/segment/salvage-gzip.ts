import { constants, crc32, inflateRawSync } from "node:zlib";
import { codeOf } from "../../errors.ts";

/** A stretch of a gzip file that cannot be had, told of in place of its text. */
export interface GzipDamage {
  damage: string;
}

/** What a member is looked for in, and what it may hold, in bytes: the writer's hold about 1 MB. */
const MAX_MEMBER = 64 * 1024 * 1024;
const FIRST_WINDOW = 2 * 1024 * 1024;
/** So much of what looks like a member has to inflate for it to be one. */
const PROBE = 16 * 1024;
const MAGIC = Buffer.from([0x1f, 0x8b, 0x08]);

/**
 * The text of a gzip file that is damaged, as far as it can be had: each member before and behind the damage, and of the one that is
 * damaged what its bytes give up to there. Slower than to inflate what is sound.
 *
 * @param readBytes bytes of the file; fewer at its end
 * @throws RangeError at a member that is too large to be held
 */
export function* salvageGzip(
  readBytes: (offset: number, length: number) => Uint8Array,
  size: number,
): Generator<Uint8Array | GzipDamage, void, undefined> {
  const read = (offset: number, length: number): Buffer => {
    const bytes = readBytes(offset, length);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  };
  let at = 0;
  while (at < size) {
    const member = wholeMember(read, at, size);
    if (member !== undefined) {
      yield member.text;
      at = member.end;
      continue;
    }
    const next = nextMember(read, at + 1, size);
    const stretch = read(at, Math.min(next - at, MAX_MEMBER));
    if (next === size && stretch.every((byte) => byte === 0)) return; // what a file is filled up with
    const text = beginningOf(stretch);
    if (text.length > 0) yield text;
    const lost =
      next === size
        ? "the rest of the segment is lost"
        : `bytes ${at} to ${next} of the file are lost in part`;
    yield { damage: `damaged gzip, ${lost}` };
    at = next;
  }
}

function wholeMember(read: (offset: number, length: number) => Buffer, at: number, size: number) {
  for (let length = FIRST_WINDOW; ; length *= 4) {
    const window = read(at, Math.min(length, size - at));
    const header = headerLength(window);
    if (header === undefined) return undefined;
    try {
      const { buffer: text, engine } = inflated(window.subarray(header), constants.Z_FINISH);
      const end = header + engine.bytesWritten;
      if (end + 8 <= window.length) {
        const isRight =
          window.readUInt32LE(end) === crc32(text) && window.readUInt32LE(end + 4) === text.length;
        // Where the checksum is wrong, so may the end be.
        return isRight ? { text, end: at + end + 8 } : undefined;
      }
    } catch (error) {
      if (codeOf(error) === "ERR_BUFFER_TOO_LARGE") throw new RangeError("a member is too large to be held");
      if (codeOf(error) !== "Z_BUF_ERROR") return undefined;
    }
    if (at + window.length >= size) return undefined;
    if (length >= MAX_MEMBER) throw new RangeError("a member is too large to be held");
  }
}

/** Where a member begins at or behind `from`; `size` where none does. */
function nextMember(read: (offset: number, length: number) => Buffer, from: number, size: number): number {
  for (let base = from; base < size; base += FIRST_WINDOW) {
    const window = read(base, Math.min(FIRST_WINDOW + MAGIC.length - 1, size - base));
    for (let found = window.indexOf(MAGIC); found !== -1; found = window.indexOf(MAGIC, found + 1)) {
      if (beginsMember(read(base + found, Math.min(PROBE, size - base - found)))) return base + found;
    }
  }
  return size;
}

function beginsMember(bytes: Buffer): boolean {
  const header = headerLength(bytes);
  return header !== undefined && (inflatedUpTo(bytes.subarray(header))?.length ?? 0) > 0;
}

/** What a damaged member holds before the damage: as many of its bytes are inflated as can be. */
function beginningOf(member: Buffer): Buffer {
  const header = headerLength(member);
  if (header === undefined) return Buffer.alloc(0);
  const deflated = member.subarray(header);
  let [good, bad] = [0, deflated.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1;
    if (inflatedUpTo(deflated.subarray(0, middle)) === undefined) bad = middle;
    else good = middle;
  }
  return inflatedUpTo(deflated.subarray(0, good)) ?? Buffer.alloc(0);
}

function inflatedUpTo(deflated: Buffer): Buffer | undefined {
  if (deflated.length === 0) return deflated;
  try {
    return inflated(deflated, constants.Z_SYNC_FLUSH).buffer;
  } catch {
    return undefined;
  }
}

/** With how much of it that took: what is asked for by `info` is not in the types. */
function inflated(
  deflated: Buffer,
  finishFlush: number,
): { buffer: Buffer; engine: { bytesWritten: number } } {
  const options = { info: true, finishFlush, maxOutputLength: MAX_MEMBER };
  const result: unknown = inflateRawSync(deflated, options);
  const { buffer, engine } = Object(result);
  return { buffer, engine };
}

/** RFC 1952 §2.3: ten bytes, and what the flags announce; `undefined` where it is no header. */
function headerLength(window: Buffer): number | undefined {
  const flags = window[3] ?? 0xff;
  if (!window.subarray(0, 3).equals(MAGIC) || (flags & 0xe0) !== 0 || window.length < 18) return undefined;
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
