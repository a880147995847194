import { closeSync, fstatSync, openSync, read, readSync } from "node:fs";
import { promisify } from "node:util";

const readAsync = promisify(read);

/** A segment's lines as bytes, whatever form its file has. Offsets are those of the uncompressed text. */
export interface SegmentBytes {
  /** Exactly these bytes, synchronously: they were seen before, and a page is many small reads. Throws where they are gone. */
  read(offset: number, length: number): Buffer;
  /** From `offset` to what is the end now. A chunk is valid until the next is asked for. */
  chunks(offset: number): AsyncIterable<Buffer>;
  /** Bytes of memory held on to. */
  readonly held: number;
  close(): void;
}

/** Bytes read at a time; the index takes about 3 ms to take them in, so that other work gets its turn. */
export const CHUNK_BYTES = 1024 * 1024;

/** A plain file, open: it stays readable when it is renamed, and when it is deleted because it has been compressed. */
export class PlainBytes implements SegmentBytes {
  readonly held = 0;
  #descriptor: number;

  constructor(path: string) {
    this.#descriptor = openSync(path, "r");
  }

  get inode(): number {
    return fstatSync(this.#descriptor).ino;
  }

  get size(): number {
    return fstatSync(this.#descriptor).size;
  }

  read(offset: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(length);
    let filled = 0;
    while (filled < length) {
      const count = readSync(this.#descriptor, buffer, filled, length - filled, offset + filled);
      if (count === 0) throw new RangeError(`the file ends before byte ${offset + length}`);
      filled += count;
    }
    return buffer;
  }

  async *chunks(offset: number): AsyncGenerator<Buffer> {
    const expected = Math.max(0, this.size - offset);
    // The little that a live log gains at a time is read on the spot, in microseconds instead of a thread's round trip.
    if (expected < CHUNK_BYTES) {
      if (expected > 0) yield this.read(offset, expected);
      return;
    }
    // Two buffers take turns: the next chunk is read while one is worked on.
    let [filling, idle] = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)];
    let at = offset;
    let reading = readAsync(this.#descriptor, filling, 0, CHUNK_BYTES, at);
    try {
      for (;;) {
        const { bytesRead, buffer } = await reading;
        if (bytesRead === 0) return;
        at += bytesRead;
        [filling, idle] = [idle, filling];
        reading = readAsync(this.#descriptor, filling, 0, CHUNK_BYTES, at);
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      // The file may be closed only after the read in flight, whatever comes of it.
      await reading.catch(() => undefined);
    }
  }

  close(): void {
    if (this.#descriptor >= 0) closeSync(this.#descriptor);
    this.#descriptor = -1;
  }
}
