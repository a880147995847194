import { refusalText } from "./errors.ts";
import { type Mishaps, NO_MISHAPS } from "./mishap.ts";
import type { LineSink, Outcome, Sink, SinkStats, TapePatience, Unwritten } from "./sink.ts";

const FIRST_SIZE = 4096;

/** Lets a plain `Sink` take the emitter's lines: each is encoded into memory of its own and handed over. */
export class LineCopier implements LineSink {
  buffer: Buffer = Buffer.allocUnsafe(FIRST_SIZE);
  readonly start = 0;
  readonly #sink: Sink;
  readonly #maxEventSize: number;
  #written = 0;
  #bytes = 0;
  #lastError: string | undefined;

  constructor(sink: Sink, maxEventSize: number) {
    this.#sink = sink;
    this.#maxEventSize = maxEventSize;
  }

  get limit(): number {
    return this.buffer.length;
  }

  claim(): boolean {
    return true;
  }

  widen(): boolean {
    if (this.buffer.length >= this.#maxEventSize) return false;
    this.buffer = Buffer.allocUnsafe(Math.min(this.buffer.length * 4, this.#maxEventSize));
    return true;
  }

  commit(length: number): boolean {
    try {
      if (!this.#sink.write(this.buffer.subarray(0, length - 1))) return false;
    } catch (error) {
      this.#lastError = error instanceof Error ? error.message : String(error);
      return false;
    }
    this.#lastError = undefined;
    this.#written++;
    this.#bytes += length;
    return true;
  }

  /** A line of the tape comes in one. */
  get largestTapePart(): number {
    return this.#sink.writeTape ? Number.MAX_SAFE_INTEGER : 0;
  }

  #refusedTape: string | undefined;

  putTape(line: Uint8Array): boolean {
    try {
      this.#sink.writeTape?.(line.subarray(0, line.length - 1));
      return true;
    } catch (error) {
      this.#refusedTape = refusalText(error);
      return false;
    }
  }

  tapePatience(): TapePatience {
    return { inVain: () => this.#refusedTape };
  }

  isStarting(): boolean {
    return false;
  }

  hasEased(): boolean {
    return true;
  }

  isAlive(): boolean {
    return false;
  }

  waitForRoom(): boolean {
    return false;
  }

  async started(): Promise<void> {}

  stats(): SinkStats {
    return { written: this.#written, bytes: this.#bytes, segments: 0, lost: 0, lastError: this.#lastError };
  }

  flush(): Promise<void> {
    return this.#sink.flush();
  }

  /** A sink of one's own is given each line at once. */
  flushNow(): void {}

  missesFile(): boolean {
    return false;
  }

  mishaps(): Mishaps {
    return NO_MISHAPS;
  }

  trouble(): undefined {
    return undefined;
  }

  async close(_outcome: Outcome): Promise<number> {
    await this.#sink.close();
    return 0;
  }

  closeNow(_outcome: Outcome): number {
    return 0;
  }

  unwritten(): Unwritten {
    return { tally: undefined, unreported: 0 };
  }
}
