import { join } from "node:path";
import { codeOf } from "@llm-sim/events/errors";
import { isRunReadError, readChunks, type SegmentFile } from "@llm-sim/events/read";
import { openRegularFile, TAPE_FILE } from "@llm-sim/events/run";
import type { Lake } from "../connection/index.ts";
import { beginRow, type EditionKey, RowWriter } from "../rows/index.ts";
import { ENDING_BYTES, ENDINGS, type Ending } from "../tables/index.ts";
import { LogRewritten } from "./log-reader.ts";
import { bring, lastLineOf } from "./marks.ts";

const NEWLINE = 0x0a;
/** Bytes of lines that go into one insert. */
const MOST_BYTES = 16 * 1024 * 1024;

/** Ships a run's tape, line by line as it stands there: whatever a line says, a newline ends it. */
export class TapeShipper {
  readonly #lake: Lake;
  readonly #key: EditionKey;
  readonly #file: SegmentFile;
  #mark: number;
  /** Behind what was read and ended by a newline. */
  #offset: number | undefined;

  constructor(lake: Lake, key: EditionKey, directory: string, mark: number) {
    this.#lake = lake;
    this.#key = key;
    this.#file = tapeFile(directory);
    this.#mark = mark;
  }

  /**
   * Brings the lake up to what is on the tape now.
   *
   * @param isOver whether nothing more comes: a last line that no newline ends is shipped then
   * @returns how many lines were shipped
   */
  async catchUp(isOver: boolean): Promise<number> {
    const size = await this.#size();
    if (size === undefined) return 0;
    this.#offset ??= (await lastLineOf(this.#lake, "messages", this.#key))?.end ?? 0;
    if (size < this.#offset) throw new LogRewritten(`${this.#file.path} is shorter than it was`);
    let lines = 0;
    let rows = new RowWriter();
    const flush = async () => {
      this.#mark = await bring(this.#lake, "messages", this.#key, rows, this.#mark);
      lines += rows.rows;
      rows = new RowWriter();
    };
    if (size === this.#offset) return 0;
    for await (const { place, line, ending } of linesOf(this.#file, this.#offset, isOver)) {
      addLine(rows, this.#key, place, line, ending);
      this.#offset = place + line.length + ENDING_BYTES[ending].length;
      if (rows.size > MOST_BYTES) await flush();
    }
    await flush();
    return lines;
  }

  async #size(): Promise<number | undefined> {
    try {
      const file = await openRegularFile(this.#file.path);
      try {
        return (await file.stat()).size;
      } finally {
        await file.close();
      }
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw error;
    }
  }
}

/** All rows of the tape of a run that is over; none where there is no tape. */
export async function tapeRows(key: EditionKey, directory: string): Promise<RowWriter> {
  const rows = new RowWriter();
  try {
    for await (const { place, line, ending } of linesOf(tapeFile(directory), 0, true))
      addLine(rows, key, place, line, ending);
  } catch (error) {
    if (!isRunReadError(error, "SEGMENT_GONE")) throw error;
  }
  return rows;
}

/** @param isOver whether what no newline ends is a line, too */
async function* linesOf(file: SegmentFile, from: number, isOver: boolean) {
  let held: Buffer = Buffer.alloc(0);
  let place = from;
  for await (const chunk of readChunks(file, from)) {
    if ("damage" in chunk) continue;
    held = Buffer.concat([held, chunk]);
    for (let end = held.indexOf(NEWLINE); end !== -1; end = held.indexOf(NEWLINE)) {
      yield { place, line: held.subarray(0, end), ending: "lf" as const };
      held = held.subarray(end + 1);
      place += end + 1;
    }
  }
  if (isOver && held.length > 0) yield { place, line: held, ending: "none" as const };
}

function addLine(rows: RowWriter, key: EditionKey, place: number, line: Uint8Array, ending: Ending): void {
  beginRow(rows, key, place);
  rows.bytes(line);
  rows.byte(ENDINGS.indexOf(ending));
}

export const tapeFile = (directory: string): SegmentFile => ({
  file: TAPE_FILE,
  path: join(directory, TAPE_FILE),
  compressed: false,
});
