import { readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { isOutOfFiles } from "@llm-sim/events/run";
import { OpenFile } from "../log/index.ts";
import type { BytesName, PartArrays, RealsName, WordsName } from "../run-index/index.ts";
import { type ArrayCache, BLOCK_BYTES, CachedArray, type KeptArray, SMALL_BYTES } from "./array-cache.ts";
import { MAGIC, type PartSeal, PREFIX_BYTES, type Table, tableSchema, VERSION } from "./part-layout.ts";

/** So much is read at once when a part is first asked for something: as a rule the directory and all arrays that are small. */
const FIRST_READ_BYTES = 32_768;

/** A file of an index is gone, or is not what was written: the index has to be had anew. */
export class DamagedIndex extends Error {
  override readonly name = "DamagedIndex";
  /** Of the file. */
  readonly path: string;

  constructor(path: string, reason: string, cause?: unknown) {
    super(`${path} cannot be used: ${reason}`, { cause });
    this.path = path;
  }
}

function blockCount(length: number): number {
  return Math.ceil(length / BLOCK_BYTES);
}

/** The arrays of a part, by name and type. */
interface Arrays {
  words: Map<string, CachedArray<Uint32Array>>;
  reals: Map<string, CachedArray<Float64Array>>;
  bytes: Map<string, CachedArray<Uint8Array>>;
}

/**
 * The arrays of a part that is kept in a file, by name: each block is read, on the spot, when an entry of it is first asked for, and
 * checked. Whatever is not as it was written throws `DamagedIndex`.
 */
export class PartFile implements PartArrays {
  readonly path: string;
  /** Bytes of memory that its arrays take now. */
  held = 0;
  readonly seal: PartSeal;
  readonly #cache: ArrayCache;
  #arrays: Arrays | undefined;
  /** Open while it is one of the files that were read last: a question reads many blocks. */
  #file: OpenFile | undefined;

  constructor(path: string, seal: PartSeal, cache: ArrayCache) {
    this.path = path;
    this.seal = seal;
    this.#cache = cache;
  }

  // One for each type of array: they are asked whenever a block is turned to.

  wordBlocks(name: WordsName): CachedArray<Uint32Array> {
    this.#arrays ??= this.#readDirectory();
    return this.#arrays.words.get(name) ?? this.#lack(name);
  }

  realBlocks(name: RealsName): CachedArray<Float64Array> {
    this.#arrays ??= this.#readDirectory();
    return this.#arrays.reals.get(name) ?? this.#lack(name);
  }

  byteBlocks(name: BytesName): CachedArray<Uint8Array> {
    this.#arrays ??= this.#readDirectory();
    return this.#arrays.bytes.get(name) ?? this.#lack(name);
  }

  words(name: WordsName): Uint32Array {
    return this.wordBlocks(name).whole();
  }

  reals(name: RealsName): Float64Array {
    return this.realBlocks(name).whole();
  }

  bytes(name: BytesName): Uint8Array {
    return this.byteBlocks(name).whole();
  }

  /** Lets go of what was read. */
  release(): void {
    for (const arrays of Object.values(this.#arrays ?? {}))
      for (const array of arrays.values()) array.release();
    this.#file?.close();
  }

  #lack(name: string): never {
    throw new DamagedIndex(this.path, `it has no ${name}`);
  }

  #readDirectory(): Arrays {
    const { bytes: size, checksum } = this.seal;
    return this.#use((file) => {
      let start = readFully(file, 0, Math.min(size, FIRST_READ_BYTES));
      const length = start.readUInt32LE(12);
      const isOurs = start.subarray(0, MAGIC.length).equals(MAGIC) && start.readUInt32LE(8) === VERSION;
      if (!isOurs || PREFIX_BYTES + length > size || start.readUInt32LE(16) !== checksum)
        throw new RangeError("it is another");
      if (PREFIX_BYTES + length > start.length) start = readFully(file, 0, PREFIX_BYTES + length);
      const directory = start.subarray(PREFIX_BYTES, PREFIX_BYTES + length);
      if (crc32(directory) !== checksum) throw new RangeError("its directory is damaged");
      const tableLength = start.readUInt32LE(20);
      const table = tableSchema.parse(JSON.parse(directory.toString("utf8", 0, tableLength)));
      return this.#arraysOf(table, directory.subarray(tableLength), start);
    });
  }

  /** @param start of the file: small arrays that lie in it are taken from there */
  #arraysOf(table: Table, ofBlocks: Buffer, start: Buffer): Arrays {
    const arrays: Arrays = { words: new Map(), reals: new Map(), bytes: new Map() };
    let checksum = 0;
    let first = table.reduce((sum, { length }) => sum + blockCount(length) * 4, 0);
    for (const entry of table) {
      const { name, type } = entry;
      const blocks = blockCount(entry.length);
      const known: KnownOfBlocks = {
        checksums: wordsOf(copied(ofBlocks, checksum, blocks * 4)),
        firsts: copied(ofBlocks, first, blocks * entry.first),
      };
      checksum += blocks * 4;
      first += blocks * entry.first;
      if (type === "Uint32Array") arrays.words.set(name, this.#kept(entry, known, start, 4, wordsOf));
      else if (type === "Float64Array") arrays.reals.set(name, this.#kept(entry, known, start, 8, realsOf));
      else arrays.bytes.set(name, this.#kept(entry, known, start, 1, bytesOf));
    }
    return arrays;
  }

  #kept<Kept extends KeptArray>(
    { name, offset, length }: Table[number],
    { checksums, firsts }: KnownOfBlocks,
    start: Buffer,
    entryBytes: number,
    arrayOf: (bytes: Uint8Array) => Kept,
  ): CachedArray<Kept> {
    const checked = (bytes: Uint8Array, block: number): Kept => {
      if (crc32(bytes) !== checksums[block]) throw new RangeError(`its ${name} is damaged`);
      return arrayOf(bytes);
    };
    const array = new CachedArray(this.#cache, this, {
      length,
      entryBytes,
      firsts: arrayOf(firsts),
      read: (first, end) =>
        this.#use((file) => {
          const blocks: Kept[] = [];
          for (let block = first; block < end; block++) {
            const at = block * BLOCK_BYTES;
            const bytes = newBytes(Math.min(BLOCK_BYTES, length - at));
            fill(file, bytes, offset + at);
            blocks.push(checked(bytes, block));
          }
          return blocks;
        }),
      make: (entries) => arrayOf(newBytes(entries * entryBytes)),
    });
    if (length === 0) array.take(arrayOf(newBytes(0)));
    else if (length <= SMALL_BYTES && offset + length <= start.length)
      array.take(checked(copied(start, offset, length), 0));
    return array;
  }

  #use<T>(work: (file: number) => T): T {
    try {
      if (this.#file?.isOpen !== true) this.#file = new OpenFile(this.path);
      return this.#file.use(work);
    } catch (error) {
      if (isOutOfFiles(error)) throw error; // it passes
      throw new DamagedIndex(this.path, error instanceof Error ? error.message : String(error), error);
    }
  }
}

/** What the directory has of an array's blocks. */
interface KnownOfBlocks {
  checksums: Uint32Array;
  /** The bytes that they begin with. */
  firsts: Uint8Array;
}

/** Where typed arrays may begin. */
function copied(from: Buffer, at: number, length: number): Uint8Array {
  const bytes = newBytes(length);
  bytes.set(from.subarray(at, at + length));
  return bytes;
}

/** Not made of zeros first: they are filled at once. */
function newBytes(length: number): Uint8Array {
  const { buffer, byteOffset } = Buffer.allocUnsafeSlow(length);
  return new Uint8Array(buffer, byteOffset, length);
}

function bytesOf(bytes: Uint8Array): Uint8Array {
  return bytes;
}

function wordsOf({ buffer, byteOffset, byteLength }: Uint8Array): Uint32Array {
  return new Uint32Array(buffer, byteOffset, byteLength / 4);
}

function realsOf({ buffer, byteOffset, byteLength }: Uint8Array): Float64Array {
  return new Float64Array(buffer, byteOffset, byteLength / 8);
}

function readFully(file: number, offset: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  fill(file, buffer, offset);
  return buffer;
}

function fill(file: number, into: Uint8Array, offset: number): void {
  for (let filled = 0; filled < into.length; ) {
    const count = readSync(file, into, filled, into.length - filled, offset + filled);
    if (count === 0) throw new RangeError("it has been cut short");
    filled += count;
  }
}
