import { closeSync, fstatSync, readSync } from "node:fs";
import { openRegular } from "@llm-sim/events/run";
import { CHUNK_BYTES, GzipBytes, type GzipMember } from "../log/index.ts";
import type { Piece } from "./stretches.ts";

/** The longest line that is scanned here, in bytes: whoever goes through the log in order says what is to be said of longer ones. */
const LONGEST_LINE = 8 * CHUNK_BYTES;
const NEWLINE = 0x0a;

/** What a piece holds is not lines that can be read one after the other. */
export class NoLines extends Error {
  override readonly name = "NoLines";
}

/** Text as it comes, cut so that it ends with a line's end; what is behind the last one is left out. */
async function* cutAtLines(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let begun: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    const end = chunk.lastIndexOf(NEWLINE) + 1;
    if (end > 0) {
      yield length === 0 ? chunk.subarray(0, end) : Buffer.concat([...begun, chunk.subarray(0, end)]);
      [begun, length] = [[], 0];
    }
    if (end === chunk.length) continue;
    begun.push(Buffer.from(chunk.subarray(end)));
    length += chunk.length - end;
    if (length > LONGEST_LINE) throw new NoLines("a line is too long");
  }
}

/** The lines of a piece, some at a time, in memory that is used again. Throws `NoLines`, and the system's errors. */
export function wholeLines(
  piece: Piece,
  foundMembers: (members: readonly GzipMember[]) => void,
): AsyncIterable<Buffer> {
  return piece.compressed ? cutAtLines(inflated(piece, foundMembers)) : plain(piece);
}

async function* plain({ path, inode, from, to = from }: Piece): AsyncGenerator<Buffer> {
  const file = openRegular(path);
  try {
    if (fstatSync(file).ino !== inode) throw new NoLines("it is another file");
    let buffer = Buffer.allocUnsafeSlow(2 * CHUNK_BYTES);
    /** Bytes of a line that has begun, at the buffer's start. */
    let begun = 0;
    for (let at = from; at < to; ) {
      if (begun > LONGEST_LINE) throw new NoLines("a line is too long");
      if (buffer.length < begun + CHUNK_BYTES)
        buffer = Buffer.concat([buffer.subarray(0, begun)], 2 * (begun + CHUNK_BYTES));
      // In a thread of its own nobody waits: that costs less than asking for it and being told.
      const count = readSync(file, buffer, begun, Math.min(CHUNK_BYTES, to - at), at);
      if (count === 0) throw new NoLines("it has been cut short");
      at += count;
      const filled = begun + count;
      const end = buffer.lastIndexOf(NEWLINE, filled - 1) + 1;
      if (end > 0) yield buffer.subarray(0, end);
      buffer.copyWithin(0, end, filled);
      begun = filled - end;
    }
  } finally {
    closeSync(file);
  }
}

async function* inflated(
  { path, inode, from }: Piece,
  foundMembers: (members: readonly GzipMember[]) => void,
): AsyncGenerator<Buffer> {
  const bytes = new GzipBytes(path);
  try {
    if (bytes.inode !== inode) throw new NoLines("it is another file");
    yield* bytes.chunks(from);
    if (bytes.members === undefined) throw new NoLines("it is not in members that can be held");
    foundMembers(bytes.members);
  } finally {
    bytes.close();
  }
}
