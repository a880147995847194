import { crc32 } from "node:zlib";
import { openRegularFile } from "@llm-sim/events/run";
import * as z from "zod";
import { type Header, headerSchema } from "./header.ts";
import { writeBeside } from "./written-beside.ts";

/** Of what is kept: whatever has another is made again. Version 2 was one file with everything in it, the parts of 4 had a checksum for each array. */
const VERSION = 5;

/** The file's first line. */
const titleSchema = z.object({
  format: z.literal("llm-sim index"),
  version: z.literal(VERSION),
  /** CRC-32 of the second line, which is the header. */
  checksum: z.number(),
});

/** Throws the system's errors. */
export async function writeHeader(path: string, header: Header): Promise<void> {
  const content = Buffer.from(`${JSON.stringify(header)}\n`);
  const title = { format: "llm-sim index", version: VERSION, checksum: crc32(content) };
  await writeBeside(path, [Buffer.from(`${JSON.stringify(title)}\n`), content]);
}

/** @returns `undefined` where there is no such file, or it is not whole, or of another version */
export async function readHeader(path: string): Promise<Header | undefined> {
  const bytes = await bytesOf(path).catch(() => undefined);
  if (bytes === undefined) return undefined;
  const end = bytes.indexOf(0x0a) + 1;
  const title = titleSchema.safeParse(json(bytes.subarray(0, end))).data;
  const content = bytes.subarray(end);
  if (title === undefined || crc32(content) !== title.checksum) return undefined;
  return headerSchema.safeParse(json(content)).data;
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

function json(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString("utf8"));
  } catch {
    return undefined;
  }
}
