import { existsSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { join } from "node:path";
import { ACTIVE_SEGMENT_FILE, closedSegmentName, parseSegmentName } from "@llm-sim/events/run";

/** Bytes that are written at once. */
const WRITE_BYTES = 1024 * 1024;

/** The segments' files, one behind the other. */
export class SegmentFiles {
  readonly #directory: string;
  readonly #names: readonly string[];
  #index = -1;
  #file: FileHandle | undefined;
  #held: Uint8Array[] = [];
  #size = 0;

  constructor(directory: string, names: readonly string[]) {
    this.#directory = directory;
    this.#names = names;
  }

  async next(): Promise<void> {
    await this.close();
    this.#index++;
    // A damaged one came as it is.
    const isThere = existsSync(join(this.#directory, this.#names[this.#index] ?? ""));
    if (isThere && this.#names[this.#index] !== undefined) return;
    this.#file = await open(join(this.#directory, this.#nameOf(this.#index)), "wx");
  }

  async write(...pieces: readonly Uint8Array[]): Promise<void> {
    for (const piece of pieces) {
      this.#held.push(piece);
      this.#size += piece.length;
    }
    if (this.#size >= WRITE_BYTES) await this.#flush();
  }

  /** Those that came to hold nothing. */
  async rest(): Promise<void> {
    while (this.#index + 1 < this.#names.length) await this.next();
  }

  async close(): Promise<void> {
    await this.#flush();
    await this.#file?.close();
    this.#file = undefined;
  }

  async #flush(): Promise<void> {
    if (this.#size > 0) await this.#file?.writev(this.#held);
    this.#held = [];
    this.#size = 0;
  }

  /** A name that is not known yet, of a run that is being shipped: the active one's, or one of its place. */
  #nameOf(index: number): string {
    const name = this.#names[index];
    if (name !== undefined && parseSegmentName(name)) return name.replace(/\.gz$/, "");
    return this.#names.includes(ACTIVE_SEGMENT_FILE) ? closedSegmentName(index) : ACTIVE_SEGMENT_FILE;
  }
}
