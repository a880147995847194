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

  /** Compresses one member. @returns whether there was anything to do */
  step(): boolean {
    if (!this.#rewrite) {
      const file = this.#waiting[0];
      if (file === undefined) return false;
      const from = join(this.#directory, file);
      if (!this.#disk.exists(from)) {
        this.#waiting.shift();
        return true;
      }
      const temporary = `${from}.gz.tmp`;
      this.#disk.remove(temporary);
      const source = this.#disk.open(from);
      this.#rewrite = { source, target: this.#disk.create(temporary), from, temporary, read: 0, written: 0 };
    }
    const member = this.#nextLines(this.#rewrite);
    if (member.length === 0) {
      this.#complete(this.#rewrite);
      return true;
    }
    const compressed = gzipSync(member);
    writeWhole(this.#disk, this.#rewrite.target, compressed, this.#rewrite.written);
    this.#rewrite.read += member.length;
    this.#rewrite.written += compressed.length;
    return true;
  }

  /** Compresses all there is. Where the disk has no room for that, segments stay as they are, which is as good a log. */
  completeOrLeave(): void {
    try {
      while (this.step());
    } catch {
      const { temporary } = this.#rewrite ?? {};
      if (temporary !== undefined) this.#disk.remove(temporary);
    }
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
    this.#disk.remove(rewrite.from);
    this.#waiting.shift();
    this.#chunk = Buffer.alloc(0);
  }
}
