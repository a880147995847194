import { join } from "node:path";
import { TAPE_FILE } from "../layout/index.ts";
import { type Disk, writeSome } from "./disk.ts";

/** Appends lines of the tape, of which a long one comes in parts. The file is made with the first. */
export class TapeFile {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #sync: boolean;
  #file: number | undefined;
  #isDirty = false;
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
    if (isNew && this.#sync) this.#disk.syncDirectory(this.#directory);
    return file;
  }

  /** Forces what was appended to the medium. */
  sync(): void {
    if (this.#file === undefined || !this.#isDirty) return;
    this.#disk.sync(this.#file);
    this.#isDirty = false;
  }

  /** Ends the writing without a change to the file, which is somebody else's by now. */
  leave(): void {
    if (this.#file === undefined) return;
    const file = this.#file;
    this.#file = undefined;
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
