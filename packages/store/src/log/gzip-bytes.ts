import {
  closeSync,
  createReadStream,
  fstatSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readSync,
  rmSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pipeline } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { createGunzip, gunzipSync } from "node:zlib";
import { salvageGzip } from "@llm-sim/events/read";
import { openRegular } from "@llm-sim/events/run";
import { type GzipMember, inflateMember, isDamagedGzip } from "./gzip-member.ts";
import { type HoldsInflated, type InflatedMembers, inflatedMembers } from "./inflated-members.ts";
import { OpenFile } from "./open-file.ts";
import { CHUNK_BYTES, PlainBytes, type SegmentBytes } from "./segment-bytes.ts";

const FIRST_WINDOW = 256 * 1024;
const MAX_WINDOW = 16 * 1024 * 1024;

/** Text of a segment is missing where its file is damaged. */
export class DamagedText extends Error {
  override readonly name = "DamagedText";
  /** Where what follows begins. */
  readonly at: number;
  /** How many such places there are up to here. */
  readonly passed: number;

  constructor(reason: string, at: number, passed: number) {
    super(reason);
    this.at = at;
    this.passed = passed;
  }
}

/**
 * A compressed segment. Its members are found by walking over them once; then a range costs inflating the member it
 * lies in, about 3 ms, or nothing where that was done lately. A file that is one vast member (`gzip` by hand), or damaged, is
 * inflated once into a temporary file, and read there.
 */
export class GzipBytes implements SegmentBytes, HoldsInflated {
  #path: string;
  readonly #file: OpenFile;
  readonly #members: GzipMember[];
  /** Whether the table reaches the end of the file. */
  #complete: boolean;
  #spool: PlainBytes | undefined;
  /** Where in the text something is missing, in ascending order. */
  #damages: { at: number; reason: string }[] = [];
  readonly #cache: InflatedMembers;
  inflated = 0;

  /**
   * @param members as an earlier walk to the end found them
   * @param cache keeps what was inflated lately; by default that of the thread
   */
  constructor(path: string, members?: readonly GzipMember[], cache = inflatedMembers) {
    this.#path = path;
    this.#cache = cache;
    this.#file = new OpenFile(path);
    this.#members = [...(members ?? [])];
    this.#complete = members !== undefined;
  }

  /** The table of members, where it is complete and ranges are read by it. */
  get members(): readonly GzipMember[] | undefined {
    return this.#complete && !this.#spool ? this.#members : undefined;
  }

  get inode(): number {
    return this.#file.inode;
  }

  get held(): number {
    return this.#members.length * 64 + this.inflated;
  }

  /** Makes `read` possible for all of the text. */
  async prepare(): Promise<void> {
    if (this.#complete) return;
    for await (const _ of this.chunks(0));
  }

  read(offset: number, length: number): Buffer {
    if (this.#spool) return this.#spool.read(offset, length);
    const parts: Buffer[] = [];
    let at = offset;
    for (let index = this.#memberAt(offset); at < offset + length; index++) {
      const member = this.#members[index];
      if (member === undefined) throw new RangeError(`the text ends before byte ${offset + length}`);
      const text = this.#text(member);
      const part = text.subarray(at - member.textOffset, offset + length - member.textOffset);
      parts.push(part);
      at += part.length;
    }
    return parts.length === 1 && parts[0] ? parts[0] : Buffer.concat(parts);
  }

  /**
   * Throws `DamagedText` where text is missing, behind what comes before: what follows is to be had from there.
   *
   * @param passed how many such places there are before what is asked for; by default those before `offset`
   */
  async *chunks(offset: number, passed?: number): AsyncGenerator<Buffer> {
    let at = offset;
    for await (const text of this.#walk(offset)) {
      at += text.length;
      yield text;
    }
    if (this.#spool === undefined) return;
    const number = passed ?? this.#damages.filter((damage) => damage.at < at).length;
    const damage = this.#damages[number];
    if (damage === undefined) return yield* this.#spool.chunks(at);
    for await (const chunk of this.#spool.chunks(at)) {
      yield chunk.subarray(0, damage.at - at);
      at += chunk.length;
      if (at >= damage.at) break;
    }
    throw new DamagedText(damage.reason, damage.at, number + 1);
  }

  /** The members' text from `offset` on, as far as there are members that can be held; the others go to the spool. */
  async *#walk(offset: number): AsyncGenerator<Buffer> {
    if (this.#spool !== undefined) return;
    const size = this.#file.use((descriptor) => fstatSync(descriptor).size);
    let fileOffset = 0;
    let textOffset = 0;
    // Members known from before need not be walked again.
    for (const member of this.#members) {
      if (member.textOffset + member.textBytes > offset) {
        yield this.#text(member).subarray(Math.max(0, offset - member.textOffset));
      }
      fileOffset = member.fileOffset + member.fileBytes;
      textOffset = member.textOffset + member.textBytes;
    }
    let windowBytes = FIRST_WINDOW;
    while (fileOffset < size && !this.#complete) {
      const window = readFully(this.#file, fileOffset, Math.min(windowBytes, size - fileOffset));
      const inflated = await inflateMember(window);
      if (inflated.state === "none" && window.every((byte) => byte === 0)) break; // what a file is filled up with
      const isWhole = windowBytes >= MAX_WINDOW || fileOffset + window.length >= size;
      if (
        inflated.state === "none" ||
        inflated.state === "unfit" ||
        (inflated.state === "incomplete" && isWhole)
      ) {
        await this.#spooled();
        return;
      }
      if (inflated.state === "incomplete") {
        windowBytes *= 4;
        continue;
      }
      const { text, fileBytes } = inflated;
      const member = { fileOffset, fileBytes, textOffset, textBytes: text.length };
      this.#members.push(member);
      fileOffset += fileBytes;
      textOffset += text.length;
      if (textOffset > offset) yield text.subarray(Math.max(0, offset - member.textOffset));
    }
    this.#complete = true;
  }

  renamed(path: string): void {
    this.#path = path;
    this.#file.renamed(path);
  }

  close(): void {
    this.#file.close();
    this.#spool?.close();
    this.#cache.forget(this);
  }

  /** Inflates the whole file as one; where it is damaged, as far as that goes. */
  async #spooled(): Promise<PlainBytes> {
    const directory = mkdtempSync(join(tmpdir(), "llm-sim-segment-"));
    try {
      const path = join(directory, "text");
      const descriptor = openSync(path, "wx");
      try {
        await this.#salvage(descriptor);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        ftruncateSync(descriptor, 0);
        await this.#inflateAsOne(descriptor);
      } finally {
        closeSync(descriptor);
      }
      this.#spool = new PlainBytes(path);
      this.#spool.hold(); // its name goes
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
    this.#complete = true;
    return this.#spool;
  }

  async #salvage(target: number): Promise<void> {
    let at = 0;
    this.#damages = [];
    const size = this.#file.use((descriptor) => fstatSync(descriptor).size);
    for (const part of salvageGzip((offset, length) => readFully(this.#file, offset, length), size)) {
      if ("damage" in part) this.#damages.push({ at, reason: part.damage });
      else at += writeSync(target, part, 0, part.length, at);
      await setImmediate(); // others get their turn
    }
  }

  /** A member that is too large to be held: as far as it goes. */
  async #inflateAsOne(target: number): Promise<void> {
    let at = 0;
    this.#damages = [];
    const gunzip = createGunzip({ chunkSize: CHUNK_BYTES });
    const source = createReadStream("", { fd: openRegular(this.#path), highWaterMark: CHUNK_BYTES });
    try {
      pipeline(source, gunzip, () => undefined); // a failure comes out of the loop
      for await (const chunk of gunzip) at += writeSync(target, chunk, 0, chunk.length, at);
    } catch (error) {
      if (!isDamagedGzip(error)) throw error;
      this.#damages.push({ at, reason: `damaged gzip, the rest of the segment is lost: ${error.message}` });
    }
  }

  /** Index of the member that holds the byte; none behind the last. */
  #memberAt(offset: number): number {
    let [low, high] = [0, this.#members.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const member = this.#members[middle];
      if (member !== undefined && member.textOffset + member.textBytes <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #text(member: GzipMember): Buffer {
    return this.#cache.text(member, this, () =>
      gunzipSync(readFully(this.#file, member.fileOffset, member.fileBytes)),
    );
  }
}

function readFully(file: OpenFile, offset: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  return file.use((descriptor) => {
    let filled = 0;
    while (filled < length) {
      const count = readSync(descriptor, buffer, filled, length - filled, offset + filled);
      if (count === 0) return buffer.subarray(0, filled);
      filled += count;
    }
    return buffer;
  });
}
