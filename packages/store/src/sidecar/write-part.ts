import { crc32 } from "node:zlib";
import { entriesOfRow } from "../run-index/index.ts";
import { BLOCK_BYTES, type KeptArray } from "./array-cache.ts";
import { MAGIC, type PartSeal, PREFIX_BYTES, type Table, VERSION } from "./part-layout.ts";
import { writeBeside } from "./written-beside.ts";

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
  prefix.set(MAGIC);
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
