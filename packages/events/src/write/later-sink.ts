import { type Mishaps, NO_MISHAPS } from "./mishap.ts";
import type { Trouble } from "./ring.ts";
import type { LineSink, Outcome, SinkStats, TapePatience, Unwritten } from "./sink.ts";

const FIRST_SIZE = 4096;

/** Lets somebody hear the lines of a stream until there is a sink for them: those of a log that is played again, say. */
export class LaterSink implements LineSink {
  readonly #hear: (line: Uint8Array) => boolean;
  readonly #maxEventSize: number;
  readonly #hasTape: boolean;
  #buffer: Buffer = Buffer.allocUnsafe(FIRST_SIZE);
  #sink: LineSink | undefined;

  /**
   * @param hear is told each line, newline included, and answers as `commit` does
   * @param hasTape whether the sink to come takes a tape
   */
  constructor(maxEventSize: number, hasTape: boolean, hear: (line: Uint8Array) => boolean) {
    this.#maxEventSize = maxEventSize;
    this.#hasTape = hasTape;
    this.#hear = hear;
  }

  /** Where lines go from now on. */
  goOn(sink: LineSink): void {
    this.#sink = sink;
    this.#buffer = Buffer.alloc(0);
  }

  get buffer(): Buffer {
    return this.#sink?.buffer ?? this.#buffer;
  }

  get start(): number {
    return this.#sink?.start ?? 0;
  }

  get limit(): number {
    return this.#sink?.limit ?? this.#buffer.length;
  }

  claim(privileged: boolean): boolean {
    return this.#sink?.claim(privileged) ?? true;
  }

  widen(privileged: boolean): boolean {
    if (this.#sink) return this.#sink.widen(privileged);
    if (this.#buffer.length >= this.#maxEventSize) return false;
    this.#buffer = Buffer.allocUnsafe(Math.min(this.#buffer.length * 4, this.#maxEventSize));
    return true;
  }

  commit(length: number): boolean {
    return this.#sink ? this.#sink.commit(length) : this.#hear(this.#buffer.subarray(0, length));
  }

  get largestTapePart(): number {
    return this.#sink?.largestTapePart ?? (this.#hasTape ? this.#maxEventSize : 0);
  }

  putTape(part: Uint8Array, goesOn: boolean): boolean {
    return this.#sink?.putTape(part, goesOn) ?? true;
  }

  tapePatience(): TapePatience {
    return this.#sink?.tapePatience() ?? { inVain: () => undefined };
  }

  isStarting(): boolean {
    return this.#sink?.isStarting() ?? false;
  }

  async started(): Promise<void> {
    await this.#sink?.started();
  }

  stats(): SinkStats {
    return this.#sink?.stats() ?? { written: 0, bytes: 0, segments: 0, lost: 0, lastError: undefined };
  }

  async flush(): Promise<void> {
    await this.#sink?.flush();
  }

  async close(outcome: Outcome): Promise<number> {
    return (await this.#sink?.close(outcome)) ?? 0;
  }

  closeNow(outcome: Outcome): number {
    return this.#sink?.closeNow(outcome) ?? 0;
  }

  unwritten(): Unwritten {
    return this.#sink?.unwritten() ?? { tally: undefined, unreported: 0 };
  }

  trouble(): Trouble | undefined {
    return this.#sink?.trouble();
  }

  flushNow(milliseconds: number): void {
    this.#sink?.flushNow(milliseconds);
  }

  missesFile(): boolean {
    return this.#sink?.missesFile() ?? false;
  }

  mishaps(): Mishaps {
    return this.#sink?.mishaps() ?? NO_MISHAPS;
  }

  hasEased(): boolean {
    return this.#sink?.hasEased() ?? true;
  }

  isAlive(): boolean {
    return this.#sink?.isAlive() ?? true;
  }

  waitForRoom(milliseconds: number): boolean {
    return this.#sink?.waitForRoom(milliseconds) ?? false;
  }
}
