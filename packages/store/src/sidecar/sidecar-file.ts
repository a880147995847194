import { randomBytes } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { crc32 } from "node:zlib";
import { openRegularFile } from "@llm-sim/events/run";
import * as z from "zod";

/**
 * The file an index is kept in: magic, version, then the header's length and checksum, the header (JSON), and the arrays one after the
 * other, each on a boundary of eight bytes and with a checksum in the header. Little-endian, as typed arrays are on
 * every machine Node 20 runs on but one.
 */
const MAGIC = Buffer.from("llmsimix");
const VERSION = 3;
const PREFIX_BYTES = 24;

const ARRAY_TYPES = { Uint8Array, Uint32Array, Float64Array } as const;
export type SavedArray = Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;

const sectionSchema = z.object({
  name: z.string(),
  type: z.enum(["Uint8Array", "Uint32Array", "Float64Array"]),
  offset: z.number(),
  length: z.number(),
  checksum: z.number(),
});
type Section = z.infer<typeof sectionSchema>;
const contentSchema = z.object({ header: z.unknown(), sections: z.array(sectionSchema) });

export interface SidecarContent {
  header: unknown;
  arrays: Record<string, ArrayBufferView>;
}

/** Writes the file beside its place and renames it into it: it is there whole, or as it was. */
export async function writeSidecar(path: string, { header, arrays }: SidecarContent): Promise<void> {
  const sections: Section[] = [];
  const parts: Uint8Array[] = [];
  let offset = 0;
  for (const [name, array] of Object.entries(arrays)) {
    const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
    const type =
      array instanceof Float64Array
        ? "Float64Array"
        : array instanceof Uint32Array
          ? "Uint32Array"
          : "Uint8Array";
    sections.push({ name, type, offset, length: bytes.length, checksum: crc32(bytes) });
    const padding = paddingOf(bytes.length);
    parts.push(bytes, new Uint8Array(padding));
    offset += bytes.length + padding;
  }
  const text = Buffer.from(JSON.stringify({ header, sections }));
  const head = Buffer.concat([text, Buffer.alloc(paddingOf(text.length), " ")]);
  const prefix = Buffer.alloc(PREFIX_BYTES);
  MAGIC.copy(prefix);
  prefix.writeUInt32LE(VERSION, 8);
  prefix.writeUInt32LE(head.length, 12);
  prefix.writeUInt32LE(crc32(head), 16);

  const temporary = `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  const file = await open(temporary, "wx");
  try {
    await file.writev([prefix, head]);
    for (const part of parts) if (part.length > 0) await writeAll(file, part);
    await file.close();
    await rename(temporary, path);
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeAll(file: Awaited<ReturnType<typeof open>>, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}

/** @returns `undefined` where there is no such file, or it is not whole, or of another version */
export async function readSidecar(
  path: string,
): Promise<{ header: unknown; arrays: Map<string, SavedArray> } | undefined> {
  const bytes = await bytesOf(path).catch(() => undefined);
  const parsed = bytes && parseHeader(bytes);
  if (!bytes || !parsed) return undefined;
  const start = PREFIX_BYTES + bytes.readUInt32LE(12);
  const arrays = new Map<string, SavedArray>();
  for (const { name, type, offset, length, checksum } of parsed.sections) {
    const section = bytes.subarray(start + offset, start + offset + length);
    if (section.length !== length || crc32(section) !== checksum) return undefined;
    const at = bytes.byteOffset + start + offset;
    // A buffer of its own begins on a boundary; one from Node's pool may not.
    const buffer =
      at % 8 === 0 && bytes.buffer instanceof ArrayBuffer ? bytes.buffer : Uint8Array.from(section).buffer;
    const from = buffer === bytes.buffer ? at : 0;
    const Type = ARRAY_TYPES[type];
    arrays.set(name, new Type(buffer, from, length / Type.BYTES_PER_ELEMENT));
  }
  return { header: parsed.header, arrays };
}

async function bytesOf(path: string): Promise<Buffer> {
  const file = await openRegularFile(path);
  try {
    const { buffer, byteOffset, byteLength } = await file.readFile();
    return Buffer.from(buffer, byteOffset, byteLength);
  } finally {
    await file.close();
  }
}

/** The header alone, which says what a list of runs shows. */
export async function readSidecarHeader(path: string): Promise<unknown> {
  const file = await openRegularFile(path).catch(() => undefined);
  if (!file) return undefined;
  try {
    const prefix = Buffer.alloc(PREFIX_BYTES);
    await file.read(prefix, 0, PREFIX_BYTES, 0);
    const length = prefix.readUInt32LE(12);
    if (!prefix.subarray(0, MAGIC.length).equals(MAGIC) || length > (await file.stat()).size)
      return undefined;
    const whole = Buffer.alloc(PREFIX_BYTES + length);
    await file.read(whole, 0, whole.length, 0);
    return parseHeader(whole)?.header;
  } finally {
    await file.close();
  }
}

function parseHeader(bytes: Buffer): { header: unknown; sections: Section[] } | undefined {
  if (bytes.length < PREFIX_BYTES || !bytes.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  if (bytes.readUInt32LE(8) !== VERSION) return undefined;
  const head = bytes.subarray(PREFIX_BYTES, PREFIX_BYTES + bytes.readUInt32LE(12));
  if (head.length !== bytes.readUInt32LE(12) || crc32(head) !== bytes.readUInt32LE(16)) return undefined;
  return contentSchema.safeParse(JSON.parse(head.toString("utf8"))).data;
}

function paddingOf(length: number): number {
  return (8 - (length % 8)) % 8;
}
