import { fstatSync, read, readSync } from "node:fs";
import { promisify } from "node:util";
import { OpenFile } from "./open-file.ts";

const readAsync = promisify(read);

/** A segment's lines as bytes, whatever form its file has. Offsets are those of the uncompressed text. */
export interface SegmentBytes {
  /** Exactly these bytes, synchronously: they were seen before, and a page is many small reads. Throws where they are gone. */
  read(offset: number, length: number): Buffer;
  /** From `offset` to what is the end now. A chunk is valid until the next is asked for. */
  chunks(offset: number): AsyncIterable<Buffer>;
  /** By which name its file is opened again. */
  renamed(path: string): void;
  /** Bytes of memory held on to. */
  readonly held: number;
  close(): void;
}

/** Bytes read at a time; the index takes about 3 ms to take them in, so that other work gets its turn. */
export const CHUNK_BYTES = 1024 * 1024;

/** What `readOn` reads at most, and the memory it reads to. */
const LITTLE_BYTES = 16 * 1024;
const ROOM_BYTES = 256 * 1024;

/** A plain file. While it is held it stays readable when it is renamed, and when it is deleted because it has been compressed. */
export class PlainBytes implements SegmentBytes {
  readonly #file: OpenFile;
  /** What was read last for the index: a subscriber asks for its lines right away. */
  #latest: { offset: number; bytes: Buffer } | undefined;
  /** Where `readOn` reads to, piece behind piece: lines in it may be in use for as long as anyone likes. */
  #room = Buffer.alloc(0);
  #filled = 0;

  constructor(path: string) {
    this.#file = new OpenFile(path);
  }

  get inode(): number {
    return this.#file.inode;
  }

  get size(): number {
    return this.#file.use((descriptor) => fstatSync(descriptor).size);
  }

  get held(): number {
    return (this.#latest?.bytes.length ?? 0) + this.#room.length;
  }

  read(offset: number, length: number): Buffer {
    const latest = this.#latest;
    if (latest !== undefined && offset >= latest.offset) {
      const at = offset - latest.offset;
      if (at + length <= latest.bytes.length) return latest.bytes.subarray(at, at + length);
    }
    const buffer = Buffer.allocUnsafe(length);
    this.#file.use((descriptor) => {
      let filled = 0;
      while (filled < length) {
        const count = readSync(descriptor, buffer, filled, length - filled, offset + filled);
        if (count === 0) throw new RangeError(`the file ends before byte ${offset + length}`);
        filled += count;
      }
    });
    return buffer;
  }

  /** As `read`, from the file, keeping the bytes at hand; what was kept before goes. */
  readLatest(offset: number, length: number): Buffer {
    this.#latest = undefined;
    const bytes = this.read(offset, length);
    this.#latest = { offset, bytes };
    return bytes;
  }

  /**
   * What the file holds from `offset` on, keeping it at hand.
   *
   * @returns the bytes from `from` to `to` in a larger buffer; `undefined` where there is nothing, or more than a little
   */
  readOn(offset: number): { bytes: Buffer; from: number; to: number } | undefined {
    this.#latest = undefined;
    if (this.#room.length - this.#filled < LITTLE_BYTES) {
      this.#room = Buffer.allocUnsafeSlow(ROOM_BYTES);
      this.#filled = 0;
    }
    const bytes = this.#room;
    const from = this.#filled;
    const count = this.#file.use((descriptor) => readSync(descriptor, bytes, from, LITTLE_BYTES, offset));
    if (count === 0 || count === LITTLE_BYTES) return undefined;
    const to = from + count;
    this.#filled = to;
    this.#latest = { offset, bytes: bytes.subarray(from, to) };
    return { bytes, from, to };
  }

  async *chunks(offset: number): AsyncGenerator<Buffer> {
    this.#latest = undefined;
    // Two buffers take turns: the next chunk is read while one is worked on.
    let [filling, idle] = [Buffer.allocUnsafeSlow(CHUNK_BYTES), Buffer.allocUnsafeSlow(CHUNK_BYTES)];
    let at = offset;
    const descriptor = this.#file.hold();
    let reading = readAsync(descriptor, filling, 0, CHUNK_BYTES, at);
    try {
      for (;;) {
        const { bytesRead, buffer } = await reading;
        if (bytesRead === 0) return;
        at += bytesRead;
        [filling, idle] = [idle, filling];
        reading = readAsync(descriptor, filling, 0, CHUNK_BYTES, at);
        yield buffer.subarray(0, bytesRead);
      }
    } finally {
      // The file may be closed only after the read in flight, whatever comes of it.
      await reading.catch(() => undefined);
      this.#file.letGo();
    }
  }

  /** Keeps it open, whatever becomes of its name. */
  hold(): void {
    this.#file.hold();
  }

  get isOpen(): boolean {
    return this.#file.isOpen;
  }

  renamed(path: string): void {
    this.#file.renamed(path);
  }

  close(): void {
    this.#file.close();
  }
}
