import { createHash } from "node:crypto";
import { openRegularFile } from "@llm-sim/events/run";
import type { Lake } from "../connection/index.ts";
import { RowWriter } from "../rows/index.ts";
import { columnsOf } from "../tables/index.ts";

/** What is held of a file at a time, and goes into a row. */
const PART_BYTES = 8 * 1024 * 1024;

/** Of a file, one row of the table. */
interface Part {
  run: string;
  file: string;
  part: number;
  /** The SHA-256 of the file it belongs to; empty of the first, of which the newest counts. */
  of: string;
  version: number;
  /** Of the file; none of one that is gone. */
  parts: number;
  sha256: string;
  bytes: Uint8Array;
}

export async function putPart(lake: Pick<Lake, "insert">, part: Part): Promise<void> {
  const rows = new RowWriter();
  rows.begin(0);
  rows.text(part.run);
  rows.text(part.file);
  rows.uint32(part.part);
  rows.text(part.of);
  rows.uint64(part.version);
  rows.uint32(part.parts);
  rows.text(part.sha256);
  rows.bytes(part.bytes);
  const token = [part.run, part.file, part.version, part.part].join(":");
  await lake.insert("files", columnsOf("files"), [rows.behind(-1)], token);
}

/**
 * Ships a file as it is now, in pieces, unless the lake has it.
 *
 * @param isThere tells by its SHA-256 whether the lake has it
 * @returns its SHA-256; `undefined` where it changed meanwhile, and is for the next look
 */
export async function putFile(
  lake: Pick<Lake, "insert">,
  { run, file, version }: Pick<Part, "run" | "file" | "version">,
  path: string,
  isThere: (sha256: string) => boolean,
): Promise<string | undefined> {
  const opened = await openRegularFile(path);
  try {
    const buffer = new Uint8Array(PART_BYTES);
    const partAt = async (part: number): Promise<Uint8Array> => {
      let length = 0;
      for (let read = -1; read !== 0 && length < PART_BYTES; length += read)
        read = (await opened.read(buffer, length, PART_BYTES - length, part * PART_BYTES + length)).bytesRead;
      return buffer.subarray(0, length);
    };
    /** Goes through all of it. @returns its SHA-256, and how many parts it has */
    const through = async (each: (bytes: Uint8Array, part: number) => Promise<void>) => {
      const hash = createHash("sha256");
      for (let part = 0; ; part++) {
        const bytes = await partAt(part);
        hash.update(bytes);
        if (bytes.length > 0) await each(bytes, part);
        if (bytes.length < PART_BYTES) {
          const parts = Math.max(1, bytes.length > 0 ? part + 1 : part);
          return { sha256: hash.digest("hex"), parts };
        }
      }
    };
    const { sha256, parts } = await through(async () => undefined);
    if (isThere(sha256)) return sha256;
    const common = { run, file, version, parts, sha256 };
    if (parts > 1) {
      const sent = await through(async (bytes, part) => {
        if (part > 0) await putPart(lake, { ...common, part, of: sha256, bytes });
      });
      if (sent.sha256 !== sha256) return undefined;
    }
    // Last: a file is there as soon as its first part is.
    const first = await partAt(0);
    if (parts === 1 && createHash("sha256").update(first).digest("hex") !== sha256) return undefined;
    await putPart(lake, { ...common, part: 0, of: "", bytes: first });
    return sha256;
  } finally {
    await opened.close();
  }
}
