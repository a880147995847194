import { closeSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { isOutOfFiles, openRegular } from "@llm-sim/events/run";
import * as z from "zod";
import {
  type BytesName,
  entriesOfRow,
  type PartArrays,
  type RealsName,
  type WordsName,
} from "../run-index/index.ts";
import { type ArrayCache, BLOCK_BYTES, CachedArray, type KeptArray, SMALL_BYTES } from "./array-cache.ts";
import { writeBeside } from "./written-beside.ts";

/**
 * The file that a part of an index is kept in: magic, version, length and checksum of a directory, the directory, and the arrays one after
 * the other, the smallest first, each on a boundary of eight bytes. The directory is a table (JSON, its length in the prefix as well), the
 * checksums of the blocks of all arrays, four bytes each, and of each array that has several the first entry of each. Little-endian, as typed
 * arrays are on every machine Node 20 runs on but one.
 */
const MAGIC = Buffer.from("llmsimpt");
const VERSION = 3;
const PREFIX_BYTES = 24;
/** So much is read at once when a part is first asked for something: as a rule the directory and all arrays that are small. */
const FIRST_READ_BYTES = 32_768;

const tableSchema = z.array(
  z.object({
    name: z.string(),
    type: z.enum(["Uint8Array", "Uint32Array", "Float64Array"]),
    /** Of the file, in bytes. */
    offset: z.number(),
    /** In bytes. */
    length: z.number(),
    /** Of what the directory has of each block's beginning, in bytes. */
    first: z.number(),
  }),
);
type Table = z.infer<typeof tableSchema>;

/** By what a part's file is known to be the one that was written: it is never another by the same name and checksum. */
export interface PartSeal {
  /** Size of the file. */
  bytes: number;
  /** Of the directory, which has those of the arrays' blocks. */
  checksum: number;
}

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

/** Throws the system's errors. */
export async function writePart(path: string, arrays: Iterable<[string, KeptArray]>): Promise<PartSeal> {
  const entries: (Omit<Table[number], "offset"> & { bytes: Uint8Array })[] = [];
  for (const [name, array] of arrays) {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    const first = bytes.length > BLOCK_BYTES ? array.BYTES_PER_ELEMENT * entriesOfRow(name) : 0;
    entries.push({ name, type: typeOf(array), length: bytes.length, first, bytes });
  }
  entries.sort((a, b) => a.length - b.length);
  const checksums: number[] = [];
  for (const { bytes } of entries) {
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES)
      checksums.push(crc32(bytes.subarray(at, at + BLOCK_BYTES)));
    await new Promise(setImmediate); // others get their turn
  }
  const firsts = Buffer.concat(entries.flatMap(firstsOf));
  const table = tableBytes(entries, checksums.length * 4 + firsts.length);
  const directory = Buffer.concat([table, new Uint8Array(Uint32Array.from(checksums).buffer), firsts]);
  const prefix = Buffer.alloc(PREFIX_BYTES);
  MAGIC.copy(prefix);
  prefix.writeUInt32LE(VERSION, 8);
  prefix.writeUInt32LE(directory.length, 12);
  const checksum = crc32(directory);
  prefix.writeUInt32LE(checksum, 16);
  prefix.writeUInt32LE(table.length, 20);
  const between = padding(directory.length);
  const pieces = [
    prefix,
    directory,
    between,
    ...entries.flatMap(({ bytes }) => [bytes, padding(bytes.length)]),
  ];
  await writeBeside(
    path,
    pieces.filter(({ length }) => length > 0),
  );
  return { bytes: pieces.reduce((sum, { length }) => sum + length, 0), checksum };
}

/** What the directory has of the beginnings of an array's blocks. */
function firstsOf({ bytes, first }: { bytes: Uint8Array; first: number }): Uint8Array[] {
  const firsts: Uint8Array[] = [];
  if (first > 0)
    for (let at = 0; at < bytes.length; at += BLOCK_BYTES) firsts.push(bytes.subarray(at, at + first));
  return firsts;
}

/** The table with the arrays' places, which depend on its own length: it is filled up with blanks. */
function tableBytes(entries: readonly Omit<Table[number], "offset">[], behind: number): Buffer {
  const widest = JSON.stringify(
    entries.map(({ name, type, length, first }) => ({ name, type, offset: 2 ** 40, length, first })),
  ).length;
  const length = widest + padding(widest).length;
  let offset = PREFIX_BYTES + length + behind + padding(length + behind).length;
  const table: Table = entries.map(({ name, type, length: bytes, first }) => {
    const entry = { name, type, offset, length: bytes, first };
    offset += bytes + padding(bytes).length;
    return entry;
  });
  return Buffer.from(JSON.stringify(table).padEnd(length, " "));
}

function typeOf(array: KeptArray): Table[number]["type"] {
  if (array instanceof Float64Array) return "Float64Array";
  return array instanceof Uint32Array ? "Uint32Array" : "Uint8Array";
}

function padding(length: number): Uint8Array {
  return new Uint8Array((8 - (length % 8)) % 8);
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
    let first = table.reduce((sum, { length }) => sum + blocksOf(length) * 4, 0);
    for (const entry of table) {
      const { name, type } = entry;
      const blocks = blocksOf(entry.length);
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
      const file = openRegular(this.path);
      try {
        return work(file);
      } finally {
        closeSync(file);
      }
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

function blocksOf(length: number): number {
  return Math.ceil(length / BLOCK_BYTES);
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
