import { join } from "node:path";
import { TAPE_FILE } from "../layout/index.ts";
import { type Disk, writeSome, writeWhole } from "./disk.ts";
import { linesIn, mishapOf, REPLACED, setAside } from "./mishap.ts";

const COPY_BYTES = 1024 * 1024;

/** Appends lines of the tape, of which a long one comes in parts. The file is made with the first. */
export class TapeFile {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #sync: boolean;
  #file: number | undefined;
  #inode: number | undefined;
  /** What a session before has left is not forced to the medium, for all that is known. */
  #isDirty: boolean;
  /** Its name is not forced to the medium. */
  #isNameDirty: boolean;
  /** What was appended, and how much of it are whole lines. */
  #bytes: number;
  #wholeBytes: number;
  /** Bytes of the present batch that are on the disk already, where the last try wrote a part. */
  #partial = 0;

  /** @param bytes of the whole lines that are there */
  constructor(disk: Disk, directory: string, options: { bytes: number; sync: boolean }) {
    this.#disk = disk;
    this.#directory = directory;
    this.#sync = options.sync;
    this.#bytes = options.bytes;
    this.#wholeBytes = options.bytes;
    this.#isDirty = options.bytes > 0;
    this.#isNameDirty = options.bytes > 0;
  }

  get wholeBytes(): number {
    return this.#wholeBytes;
  }

  /** Bytes of a batch that an append has written before it failed. */
  get partial(): number {
    return this.#partial;
  }

  /**
   * Appends `bytes[start, start + length)`. It is repeated with the same bytes until it succeeds, as a segment's is.
   *
   * @param wholeLength how many of them end the last line that ends in them, 0 where none does
   */
  append(bytes: Buffer, start: number, length: number, wholeLength: number): void {
    this.#file ??= this.#open();
    this.#syncName();
    while (this.#partial < length) {
      const done = this.#partial;
      this.#partial += writeSome(
        this.#disk,
        this.#file,
        bytes,
        start + done,
        length - done,
        this.#bytes + done,
      );
    }
    this.keep(length, wholeLength);
  }

  /** Counts so many of the bytes that were written as appended; the next append goes on behind them. */
  keep(length: number, wholeLength: number): void {
    this.#partial -= length;
    this.#isDirty = true;
    if (wholeLength > 0) this.#wholeBytes = this.#bytes + wholeLength;
    this.#bytes += length;
  }

  #open(): number {
    const path = join(this.#directory, TAPE_FILE);
    const isNew = !this.#disk.exists(path);
    const file = this.#disk.open(path);
    this.#inode = this.#disk.stat(path)?.inode;
    if (isNew) this.#isNameDirty = true;
    return file;
  }

  /** Where it is refused it is tried again before anything else is written, and before a flush is done. */
  #syncName(): void {
    if (!this.#isNameDirty) return;
    if (this.#sync) this.#disk.syncDirectory(this.#directory);
    this.#isNameDirty = false;
  }

  /**
   * Looks whether the tape is still what was written. One that is gone by its name is written anew, as answers are paid for and it
   * can still be read where it is open; what of it cannot be read is lost.
   *
   * @returns what happened, in words
   */
  look(): string | undefined {
    const path = join(this.#directory, TAPE_FILE);
    const reason = mishapOf(this.#disk, path, { inode: this.#inode, bytes: this.#bytes + this.#partial });
    if (reason === undefined) return undefined;
    if (reason === REPLACED) setAside(this.#disk, path);
    const before = this.#bytes;
    const old = this.#file;
    if (old !== undefined && this.#inode !== this.#disk.stat(path)?.inode && this.#disk.size(old) >= before) {
      const file = this.#disk.open(path);
      try {
        this.#copy(old, file, before);
      } catch (error) {
        this.#disk.close(file);
        this.#disk.remove(path);
        throw error;
      }
      this.#disk.close(old);
      this.#file = file;
      this.#inode = this.#disk.stat(path)?.inode;
      this.#partial = 0;
      this.#isDirty = true;
      this.#isNameDirty = true;
      return `${reason}; it was written anew, and nothing of it is lost`;
    }
    this.leave();
    this.#bytes = 0;
    this.#partial = 0;
    if (this.#disk.exists(path)) {
      const file = this.#disk.open(path);
      try {
        for (const line of linesIn(this.#disk, file, this.#disk.size(file))) this.#bytes += line.length;
        if (this.#disk.size(file) > this.#bytes) this.#disk.truncate(file, this.#bytes);
      } finally {
        this.#disk.close(file);
      }
    }
    this.#wholeBytes = this.#bytes;
    return `${reason}; ${before - this.#bytes} bytes of it are lost`;
  }

  #copy(from: number, to: number, bytes: number): void {
    const chunk = Buffer.allocUnsafe(COPY_BYTES);
    for (let position = 0; position < bytes; ) {
      const read = this.#disk.read(from, chunk, 0, Math.min(chunk.length, bytes - position), position);
      if (read === 0) throw new Error("what was written cannot be read");
      writeWhole(this.#disk, to, chunk.subarray(0, read), position);
      position += read;
    }
  }

  /** Forces what was appended to the medium. */
  sync(): void {
    this.#syncName();
    if (!this.#isDirty) return;
    this.#file ??= this.#open();
    this.#disk.sync(this.#file);
    this.#isDirty = false;
  }

  /** Ends the writing without a change to the file, which is somebody else's by now. */
  leave(): void {
    if (this.#file === undefined) return;
    const file = this.#file;
    this.#file = undefined;
    this.#inode = undefined;
    this.#disk.close(file);
  }

  /** Ends the writing. What is there of a line whose rest did not come is taken away. */
  close(): void {
    if (this.#file === undefined) return;
    if (this.#disk.size(this.#file) > this.#wholeBytes) this.#disk.truncate(this.#file, this.#wholeBytes);
    this.#bytes = this.#wholeBytes;
    this.#partial = 0;
    if (this.#sync) this.sync();
    this.leave();
  }
}
