import { closeSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { isOutOfFiles, openRegular } from "@llm-sim/events/run";
import * as z from "zod";
import type { BytesName, PartArrays, RealsName, WordsName } from "../run-index/index.ts";
import { type ArrayCache, CachedArray, type KeptArray } from "./array-cache.ts";
import { writeBeside } from "./written-beside.ts";

/**
 * The file that a part of an index is kept in: magic, version, length and checksum of a table (JSON), the table, and the arrays one after
 * the other, each on a boundary of eight bytes and with a checksum in the table. Little-endian, as typed arrays are on every machine
 * Node 20 runs on but one.
 */
const MAGIC = Buffer.from("llmsimpt");
const VERSION = 2;
const PREFIX_BYTES = 24;

const ARRAY_TYPES = { Uint8Array, Uint32Array, Float64Array } as const;

const tableSchema = z.array(
  z.object({
    name: z.string(),
    type: z.enum(["Uint8Array", "Uint32Array", "Float64Array"]),
    /** Of the file, in bytes. */
    offset: z.number(),
    /** In bytes. */
    length: z.number(),
    checksum: z.number(),
  }),
);
type Table = z.infer<typeof tableSchema>;

/** By what a part's file is known to be the one that was written: it is never another by the same name and checksum. */
export interface PartSeal {
  /** Size of the file. */
  bytes: number;
  /** Of the table, which has those of the arrays. */
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
  const entries: { name: string; type: Table[number]["type"]; bytes: Uint8Array; checksum: number }[] = [];
  for (const [name, array] of arrays) {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    entries.push({ name, type: typeOf(array), bytes, checksum: crc32(bytes) });
    await new Promise(setImmediate); // others get their turn
  }
  const table = tableBytes(entries);
  const prefix = Buffer.alloc(PREFIX_BYTES);
  MAGIC.copy(prefix);
  prefix.writeUInt32LE(VERSION, 8);
  prefix.writeUInt32LE(table.length, 12);
  const checksum = crc32(table);
  prefix.writeUInt32LE(checksum, 16);
  const pieces = [prefix, table, ...entries.flatMap(({ bytes }) => [bytes, padding(bytes.length)])];
  await writeBeside(
    path,
    pieces.filter(({ length }) => length > 0),
  );
  return { bytes: pieces.reduce((sum, { length }) => sum + length, 0), checksum };
}

/** The table with the arrays' places, which depend on its own length: it is filled up with blanks. */
function tableBytes(
  entries: readonly Omit<Table[number] & { bytes: Uint8Array }, "offset" | "length">[],
): Buffer {
  const widest = JSON.stringify(
    entries.map(({ name, type }) => ({ name, type, offset: 2 ** 40, length: 2 ** 40, checksum: 2 ** 32 })),
  ).length;
  const length = widest + padding(widest).length;
  let offset = PREFIX_BYTES + length;
  const table: Table = entries.map(({ name, type, bytes, checksum }) => {
    const entry = { name, type, offset, length: bytes.length, checksum };
    offset += bytes.length + padding(bytes.length).length;
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

/**
 * The arrays of a part that is kept in a file, by name: each is read, in one piece and on the spot, when it is first asked for, and checked.
 * Whatever is not as it was written throws `DamagedIndex`.
 */
export class PartFile implements PartArrays {
  readonly path: string;
  /** Bytes of memory that its arrays take now. */
  held = 0;
  readonly seal: PartSeal;
  readonly #cache: ArrayCache;
  #arrays: Map<string, CachedArray> | undefined;

  constructor(path: string, seal: PartSeal, cache: ArrayCache) {
    this.path = path;
    this.seal = seal;
    this.#cache = cache;
  }

  words(name: WordsName): Uint32Array {
    return this.#array(name, Uint32Array);
  }

  reals(name: RealsName): Float64Array {
    return this.#array(name, Float64Array);
  }

  bytes(name: BytesName): Uint8Array {
    return this.#array(name, Uint8Array);
  }

  /** Lets go of what was read. */
  release(): void {
    for (const array of this.#arrays?.values() ?? []) this.#cache.remove(array);
  }

  #array<Kept extends KeptArray>(name: string, type: abstract new (...args: never[]) => Kept): Kept {
    this.#arrays ??= this.#readTable();
    const array = this.#arrays.get(name)?.get();
    if (array instanceof type) return array;
    throw new DamagedIndex(this.path, `it has no ${name}`);
  }

  #readTable(): Map<string, CachedArray> {
    const { bytes: size, checksum } = this.seal;
    return this.#use((file) => {
      const prefix = readFully(file, 0, PREFIX_BYTES);
      const length = prefix.readUInt32LE(12);
      const isOurs = prefix.subarray(0, MAGIC.length).equals(MAGIC) && prefix.readUInt32LE(8) === VERSION;
      if (!isOurs || PREFIX_BYTES + length > size || prefix.readUInt32LE(16) !== checksum)
        throw new RangeError("it is another");
      const text = readFully(file, PREFIX_BYTES, length);
      if (crc32(text) !== checksum) throw new RangeError("its table is damaged");
      const table = tableSchema.parse(JSON.parse(text.toString("utf8")));
      return new Map(table.map((entry) => [entry.name, this.#kept(entry)]));
    });
  }

  #kept({ name, type, offset, length, checksum }: Table[number]): CachedArray {
    return new CachedArray<KeptArray>(this.#cache, this, length, () =>
      this.#use((file) => {
        const Type = ARRAY_TYPES[type];
        // Not made of zeros first: it is filled at once.
        const bytes = Buffer.allocUnsafeSlow(length);
        const array = new Type(bytes.buffer, bytes.byteOffset, length / Type.BYTES_PER_ELEMENT);
        fill(file, bytes, offset);
        if (crc32(bytes) !== checksum) throw new RangeError(`its ${name} is damaged`);
        return array;
      }),
    );
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
