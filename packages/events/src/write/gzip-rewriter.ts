import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Disk, writeWhole } from "./disk.ts";

const MEMBER_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

interface Rewrite {
  source: number;
  target: number;
  from: string;
  temporary: string;
  read: number;
  written: number;
}

/**
 * Rewrites closed segments as gzip, a member of about 1 MB of whole lines at a time, so that the drain can write events in
 * between and a reader can begin at any member. The plain segment goes when the compressed one is whole.
 */
export class GzipRewriter {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #waiting: string[] = [];
  #rewrite: Rewrite | undefined;
  #chunk = Buffer.alloc(0);

  constructor(disk: Disk, directory: string) {
    this.#disk = disk;
    this.#directory = directory;
  }

  add(file: string): void {
    this.#waiting.push(file);
  }

  /**
   * Compresses one member. Where the disk refuses, the segment stays as it is, which is as good a log.
   *
   * @returns whether there was anything to do
   */
  step(): boolean {
    const file = this.#waiting[0];
    if (file === undefined) return false;
    try {
      this.#rewrite ??= this.#begin(join(this.#directory, file));
      if (this.#rewrite === undefined) this.#waiting.shift();
      else this.#compressNext(this.#rewrite);
    } catch {
      this.#abandon();
    }
    return true;
  }

  #begin(from: string): Rewrite | undefined {
    if (!this.#disk.exists(from)) return undefined;
    const temporary = `${from}.gz.tmp`;
    this.#disk.remove(temporary);
    const target = this.#disk.create(temporary);
    try {
      return { source: this.#disk.openToRead(from), target, from, temporary, read: 0, written: 0 };
    } catch (error) {
      this.#disk.close(target);
      throw error;
    }
  }

  #compressNext(rewrite: Rewrite): void {
    const member = this.#nextLines(rewrite);
    if (member.length === 0) {
      this.#complete(rewrite);
      return;
    }
    const compressed = gzipSync(member);
    writeWhole(this.#disk, rewrite.target, compressed, rewrite.written);
    rewrite.read += member.length;
    rewrite.written += compressed.length;
  }

  /** Leaves the present segment as it is. */
  #abandon(): void {
    const rewrite = this.#rewrite;
    this.#rewrite = undefined;
    this.#waiting.shift();
    if (!rewrite) return;
    for (const undo of [
      () => this.#disk.close(rewrite.target),
      () => this.#disk.close(rewrite.source),
      () => this.#disk.remove(rewrite.temporary),
    ]) {
      try {
        undo();
      } catch {
        // The disk that refused the write may refuse this too; a temporary file is no segment.
      }
    }
  }

  /** Compresses all there is, for at most `milliseconds`; what is left then stays as it is. */
  finish(milliseconds: number): void {
    const end = Date.now() + milliseconds;
    while (Date.now() < end) if (!this.step()) return;
    this.#abandon();
    this.#waiting.length = 0;
  }

  /** Whole lines of about a member's size; more where one line is longer. */
  #nextLines(rewrite: Rewrite): Buffer {
    for (let size = MEMBER_BYTES; ; size *= 2) {
      if (this.#chunk.length < size) this.#chunk = Buffer.allocUnsafe(size);
      const read = this.#disk.read(rewrite.source, this.#chunk, 0, size, rewrite.read);
      const end = this.#chunk.subarray(0, read).lastIndexOf(NEWLINE) + 1;
      if (read < size) return this.#chunk.subarray(0, read);
      if (end > 0) return this.#chunk.subarray(0, end);
    }
  }

  #complete(rewrite: Rewrite): void {
    this.#disk.sync(rewrite.target);
    this.#disk.close(rewrite.target);
    this.#disk.close(rewrite.source);
    this.#rewrite = undefined;
    this.#disk.rename(rewrite.temporary, `${rewrite.from}.gz`);
    // A power loss could otherwise take both: the new name, and the plain segment.
    this.#disk.syncDirectory(this.#directory);
    this.#disk.remove(rewrite.from);
    this.#waiting.shift();
    // Kept for the next segment: a thread that never comes to rest gives memory back late. What one long line took is let go.
    if (this.#chunk.length > MEMBER_BYTES) this.#chunk = Buffer.alloc(0);
  }
}
