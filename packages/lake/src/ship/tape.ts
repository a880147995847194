import { createHash } from "node:crypto";
import { join } from "node:path";
import { codeOf } from "@llm-sim/events/errors";
import { readChunks } from "@llm-sim/events/read";
import { openRegularFile, TAPE_FILE } from "@llm-sim/events/run";
import * as z from "zod";
import type { Lake } from "../connection/index.ts";
import { beginRow, type EditionKey, RowWriter } from "../rows/index.ts";
import { ENDING_BYTES, ENDINGS } from "../tables/index.ts";
import { LogRewritten } from "./log-reader.ts";
import { bring } from "./marks.ts";

const NEWLINE = 0x0a;
/** Bytes of lines that go into one insert. */
const MOST_BYTES = 16 * 1024 * 1024;
const lastRows = z.array(
  z.object({ place: z.int(), length: z.int(), ending: z.enum(ENDINGS), sha256: z.string() }),
);

/** Ships a run's tape, line by line as it stands there: whatever a line says, a newline ends it. */
export class TapeShipper {
  readonly #lake: Lake;
  readonly #key: EditionKey;
  readonly #path: string;
  #mark: number;
  /** Behind what was read and ended by a newline. */
  #offset: number | undefined;

  constructor(lake: Lake, key: EditionKey, directory: string, mark: number) {
    this.#lake = lake;
    this.#key = key;
    this.#path = join(directory, TAPE_FILE);
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
    this.#offset ??= await this.#goOn();
    if (size < this.#offset) throw new LogRewritten(`${this.#path} is shorter than it was`);
    let lines = 0;
    let rows = new RowWriter();
    let held: Buffer = Buffer.alloc(0);
    const flush = async () => {
      this.#mark = await bring(this.#lake, "messages", this.#key, rows, this.#mark);
      lines += rows.rows;
      rows = new RowWriter();
    };
    if (size === this.#offset) return 0;
    for await (const chunk of readChunks(this.#file(), this.#offset)) {
      if ("damage" in chunk) continue;
      held = Buffer.concat([held, chunk]);
      for (let end = held.indexOf(NEWLINE); end !== -1; end = held.indexOf(NEWLINE)) {
        this.#add(rows, held.subarray(0, end), "lf");
        held = held.subarray(end + 1);
      }
      if (rows.size > MOST_BYTES) await flush();
    }
    if (isOver && held.length > 0) this.#add(rows, held, "none");
    await flush();
    return lines;
  }

  #add(rows: RowWriter, line: Uint8Array, ending: "lf" | "none"): void {
    const place = this.#offset ?? 0;
    beginRow(rows, this.#key, place);
    rows.bytes(line);
    rows.byte(ENDINGS.indexOf(ending));
    this.#offset = place + line.length + ENDING_BYTES[ending].length;
  }

  /** Where the last line that is in the lake ends, if it is on this tape. */
  async #goOn(): Promise<number> {
    const { run, edition } = this.#key;
    const found = await this.#lake.select(
      `SELECT place, length(line) AS length, ending, hex(SHA256(line)) AS sha256 FROM messages
WHERE run = {run:String} AND edition = {edition:UInt32} ORDER BY place DESC LIMIT 1`,
      { parameters: { run, edition } },
    );
    const [last] = lastRows.parse(found);
    if (last === undefined) return 0;
    const length = last.length + ENDING_BYTES[last.ending].length;
    const stands = await this.#bytes(last.place, length + 1);
    const isSame =
      createHash("sha256").update(stands.subarray(0, last.length)).digest("hex") ===
        last.sha256.toLowerCase() &&
      (last.ending === "none" ? stands.length === length : stands[last.length] === NEWLINE);
    if (!isSame) throw new LogRewritten(`${this.#path} is not what it was`);
    return last.place + length;
  }

  async #size(): Promise<number | undefined> {
    try {
      const file = await openRegularFile(this.#path);
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

  async #bytes(from: number, most: number): Promise<Buffer> {
    const pieces: Uint8Array[] = [];
    let left = most;
    for await (const chunk of readChunks(this.#file(), from)) {
      if ("damage" in chunk) continue;
      pieces.push(Buffer.from(chunk.subarray(0, left)));
      left -= chunk.length;
      if (left <= 0) break;
    }
    return Buffer.concat(pieces);
  }

  #file() {
    return { file: TAPE_FILE, path: this.#path, compressed: false };
  }
}
