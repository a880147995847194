import { crc32 } from "node:zlib";
import { readChunks, type SegmentFile } from "@llm-sim/events/read";
import type { Lake } from "../connection/index.ts";
import { RowReader } from "../restore/index.ts";
import type { EditionKey } from "../rows/index.ts";
import { readThrough } from "./patient-lake.ts";

/** The lake does not have what it had: somebody took rows out by hand, or its disk lost them. */
export class RowsMissing extends Error {
  override readonly name = "RowsMissing";
}

/** A row that has bytes of a file: where it lies, and the checksum of its bytes. */
export interface Sum {
  place: number;
  length: number;
  crc: number;
}

const LINE = "concat(line, multiIf(ending = 'lf', '\\n', ending = 'crlf', '\\r\\n', ''))";

/** What the lake has of a log from one place on, up to another; all rows that have bytes, in their order. */
export function sumsOfLog(lake: Lake, key: EditionKey, from: number, to: number): AsyncGenerator<Sum> {
  return inOrder(
    sums(lake, key, `events`, LINE, "1", from, to),
    sums(lake, key, "marks", "bytes", "kind IN ('skipped', 'between')", from, to),
  );
}

/** As `sumsOfLog`, of the tape. */
export function sumsOfTape(lake: Lake, key: EditionKey): AsyncGenerator<Sum> {
  return sums(lake, key, "messages", LINE, "1", 0, Number.MAX_SAFE_INTEGER);
}

async function* sums(
  lake: Lake,
  { run, edition }: EditionKey,
  table: string,
  bytes: string,
  which: string,
  from: number,
  to: number,
): AsyncGenerator<Sum, void, undefined> {
  let next = from;
  yield* readThrough(
    async function* () {
      const answer = lake.bytes(
        `SELECT place, toUInt64(length(${bytes})), CRC32(${bytes}) FROM ${table}
WHERE run = {run:String} AND edition = {edition:UInt32} AND place >= {from:UInt64} AND place < {to:UInt64} AND ${which}
ORDER BY place FORMAT RowBinary`,
        { parameters: { run, edition, from: next, to } },
      );
      const rows = new RowReader(answer);
      while (await rows.hasMore()) {
        const sum = { place: await rows.uint64(), length: await rows.uint64(), crc: await rows.uint32() };
        next = sum.place + 1;
        yield sum;
      }
    },
    () => next,
  );
}

async function* inOrder(one: AsyncGenerator<Sum>, other: AsyncGenerator<Sum>): AsyncGenerator<Sum> {
  try {
    let [left, right] = await Promise.all([one.next(), other.next()]);
    while (!left.done || !right.done) {
      if (!left.done && (right.done || left.value.place < right.value.place)) {
        yield left.value;
        left = await one.next();
      } else if (!right.done) {
        yield right.value;
        right = await other.next();
      }
    }
  } finally {
    await Promise.all([one.return(undefined), other.return(undefined)]);
  }
}

/**
 * Holds a file against what the lake has of it.
 *
 * @param start the place of its first byte
 * @param size that it must have; `shipped`: that of what the lake has, which has to be all of it; of any size where it is left out
 * @throws RowsMissing
 * @returns the first byte, about, from which on it is another; `undefined` where what is there is what was shipped
 */
export async function firstOtherByte(
  file: SegmentFile,
  rows: AsyncIterable<Sum>,
  start: number,
  size?: number | "shipped",
): Promise<number | undefined> {
  const bytes = new Ascending(file);
  let end = 0;
  try {
    for await (const { place, length, crc } of rows) {
      if (size === "shipped" && place - start !== end)
        throw new RowsMissing(`the lake has not all of ${file.file} that it had, from byte ${end} on`);
      const there = await bytes.at(place - start, length);
      if (there.length !== length || crc32(there) !== crc) return place - start;
      end = place - start + length;
    }
    if (size === undefined) return undefined;
    const wanted = size === "shipped" ? end : size;
    const around = await bytes.at(Math.max(0, wanted - 1), wanted === 0 ? 1 : 2);
    return around.length === Math.min(wanted, 1) ? undefined : wanted;
  } finally {
    await bytes.close();
  }
}

/** A file's bytes, asked for in ascending order. */
class Ascending {
  readonly #chunks: AsyncIterator<Uint8Array | { readonly damage: string }>;
  #held: Buffer = Buffer.alloc(0);
  #heldAt = 0;

  constructor(file: SegmentFile) {
    this.#chunks = readChunks(file)[Symbol.asyncIterator]();
  }

  /** @returns fewer where the file ends before; valid until the next call */
  async at(offset: number, length: number): Promise<Buffer> {
    while (this.#heldAt + this.#held.length < offset + length) {
      const { done, value } = await this.#chunks.next();
      if (done) break;
      if ("damage" in value) continue;
      const kept = this.#held.subarray(Math.max(0, offset - this.#heldAt));
      this.#heldAt += this.#held.length - kept.length;
      // The chunk's memory is used again.
      this.#held = Buffer.concat([kept, value]);
    }
    const from = Math.max(0, offset - this.#heldAt);
    return this.#held.subarray(from, from + length);
  }

  async close(): Promise<void> {
    await this.#chunks.return?.();
  }
}
