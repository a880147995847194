import { createHash } from "node:crypto";
import { closeSync, createReadStream, fstatSync, openSync, readSync, statSync } from "node:fs";
import { readLines } from "@llm-sim/events/read";
import { wrongCall } from "../failure/index.ts";

/** Where in the file a record stands. */
export interface RecordPlace {
  /** In bytes. */
  offset: number;
  length: number;
  /** From 1. */
  line: number;
}

export interface RawRecord extends RecordPlace {
  /** A view: valid until the next record is asked for. */
  bytes: Buffer;
  /** Why its bytes cannot be had. */
  damage?: string | undefined;
}

/** A longer record is no event; it is not held in memory. */
const MAX_RECORD_BYTES = 64 * 1024 * 1024;

/**
 * The records of a file in its order, in constant memory: JSON Lines, or the elements of one JSON array.
 *
 * @throws CliError where there is no such file
 */
export async function* recordsOf(path: string, shown: string): AsyncGenerator<RawRecord, void, undefined> {
  checkFile(path, shown);
  if (await beginsWithArray(path)) yield* elements(path);
  else {
    for await (const lines of readLines(
      { file: shown, path, compressed: false },
      { maxLineBytes: MAX_RECORD_BYTES },
    )) {
      for (const { bytes, offset, next, line, damage } of lines)
        yield {
          bytes: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
          offset,
          length: next - offset,
          line,
          damage,
        };
    }
  }
}

/** SHA-256 of the whole file, in hex. */
export async function hashOf(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return hash.digest("hex");
}

function checkFile(path: string, shown: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) throw wrongCall(`There is no file ${shown}: name the log to import.`);
  if (!found.isFile()) throw wrongCall(`${shown} is no file: name the log to import, one file at a time.`);
  if (/\.(gz|zst|zip|bz2|xz)$/i.test(path))
    throw wrongCall(
      `${shown} is compressed: unpack it first, its records are read out of order where they have to be sorted.`,
    );
  if (/\.(csv|tsv|xlsx|parquet)$/i.test(path))
    throw wrongCall(
      `${shown} is a table: import reads JSON Lines or a JSON array; duckdb -c "COPY (FROM '${shown}') TO 'log.jsonl'" makes one of it.`,
    );
}

async function beginsWithArray(path: string): Promise<boolean> {
  for await (const chunk of createReadStream(path, { highWaterMark: 4096 })) {
    const text = Buffer.from(chunk)
      .toString("latin1")
      .replace(/^(?:\u00ef\u00bb\u00bf)?\s+|^\u00ef\u00bb\u00bf/, "");
    if (text !== "") return text.startsWith("[");
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const NEWLINE = 0x0a;
const OPENING: ReadonlySet<number> = new Set([0x7b, 0x5b]);
const CLOSING: ReadonlySet<number> = new Set([0x7d, 0x5d]);
const COMMA = 0x2c;

/** The elements of the one array that the file holds, found by counting brackets outside of texts. */
async function* elements(path: string): AsyncGenerator<RawRecord, void, undefined> {
  let base = 0;
  let line = 1;
  let depth = 0;
  let inText = false;
  let escaped = false;
  let held: Buffer[] = [];
  let begin: { offset: number; line: number } | undefined;
  for await (const part of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const chunk = Buffer.from(part);
    let from = 0;
    const cut = (end: number): RawRecord | undefined => {
      if (begin === undefined) return undefined;
      const bytes = Buffer.concat([...held, chunk.subarray(from, end)]);
      const record = { bytes, offset: begin.offset, length: base + end - begin.offset, line: begin.line };
      held = [];
      begin = undefined;
      return record;
    };
    for (let at = 0; at < chunk.length; at++) {
      const byte = chunk[at] ?? 0;
      if (byte === NEWLINE) line++;
      if (inText) {
        if (escaped) escaped = false;
        else if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) inText = false;
        continue;
      }
      const isBetween = depth === 1 && (byte === COMMA || byte <= 0x20);
      if (depth === 1 && begin === undefined && !isBetween && !CLOSING.has(byte)) {
        begin = { offset: base + at, line };
        from = at;
      }
      if (byte === QUOTE) inText = true;
      else if (OPENING.has(byte)) depth++;
      else if (CLOSING.has(byte)) depth--;
      if ((depth === 1 && byte === COMMA) || depth === 0) {
        const record = cut(at);
        if (record !== undefined) yield record;
      } else if (depth === 1 && CLOSING.has(byte)) {
        const record = cut(at + 1);
        if (record !== undefined) yield record;
      }
    }
    if (begin !== undefined) held.push(chunk.subarray(from));
    base += chunk.length;
  }
  if (begin !== undefined) {
    const bytes = Buffer.concat(held);
    yield { ...begin, bytes, length: bytes.length, damage: "the array ends in the middle of it" };
  }
}

/** Read ahead where records follow each other. */
const WINDOW_BYTES = 1 << 18;

/** Reads records again, in any order. */
export class RecordReader {
  readonly #file: number;
  readonly #size: number;
  #window = Buffer.alloc(0);
  #start = 0;
  #after = -1;

  constructor(path: string) {
    this.#file = openSync(path, "r");
    this.#size = fstatSync(this.#file).size;
  }

  /** A view: valid until the next call. */
  read(offset: number, length: number): Buffer {
    const isHeld = offset >= this.#start && offset + length <= this.#start + this.#window.length;
    if (!isHeld) {
      const ahead = offset === this.#after ? Math.max(length, WINDOW_BYTES) : length;
      const buffer = Buffer.allocUnsafe(Math.min(ahead, this.#size - offset));
      let filled = 0;
      while (filled < buffer.length) {
        const count = readSync(this.#file, buffer, filled, buffer.length - filled, offset + filled);
        if (count === 0) break;
        filled += count;
      }
      this.#window = buffer.subarray(0, filled);
      this.#start = offset;
    }
    this.#after = offset + length;
    return this.#window.subarray(offset - this.#start, offset - this.#start + length);
  }

  close(): void {
    closeSync(this.#file);
  }
}
