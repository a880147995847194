import type { TapeMode } from "../schema/index.ts";
import type { Attempt } from "../tape/index.ts";
import { type LineSink, WriteError } from "../write/index.ts";

// A look whether there is room again: the drain needs some milliseconds for what is ahead.
const LOOK_MS = 4;

export interface StreamTapeOptions {
  simulationId: string;
  /** The run's directory, where it has one. */
  directory: string | undefined;
  mode: TapeMode;
  /** What sessions before have written of it. */
  bytesBefore: number;
}

interface Waiting {
  attempt: Attempt;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * The tape of a run's model calls, on the way to the disk that its events take, and in one order with them: an event that is
 * emitted after `append` has resolved is never on the disk before what was appended. Nothing of the tape is ever dropped.
 */
export class StreamTape {
  /** What is kept: `off` also where the stream goes to a sink that takes no tape. */
  readonly mode: TapeMode;
  readonly #sink: LineSink;
  #options: StreamTapeOptions;
  #linesOf: ((attempt: Attempt) => string[]) | undefined;
  /** In the order in which they were appended; lines and parts of two of them never mix. */
  readonly #waiting: Waiting[] = [];
  #working: Promise<void> | undefined;
  /** Whether it has to be said on an older tape that attempts are missing from it. */
  #mustTellEnd: boolean;
  #isThere: ((attempt: Attempt) => boolean) | undefined;
  /** Why nothing is appended any more. */
  #ended: Error | undefined;
  /** What of the attempt that is being appended is not in the ring yet. */
  #rest: Buffer[] = [];
  #offset = 0;
  #bytes: number;

  private constructor(sink: LineSink, options: StreamTapeOptions) {
    this.#sink = sink;
    this.#options = options;
    this.mode = sink.largestTapePart === 0 ? "off" : options.mode;
    this.#mustTellEnd = sink.largestTapePart > 0 && options.mode === "off" && options.bytesBefore > 0;
    this.#bytes = options.bytesBefore;
  }

  /** @internal Made with its stream. */
  static over(sink: LineSink, options: StreamTapeOptions): StreamTape {
    return new StreamTape(sink, options);
  }

  /** How long the file is, in bytes, once all is written that was appended so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * Appends an attempt, and before it those of its messages and the schema that are not on the tape. Secrets have to be taken
   * out before, and the attempt may not be altered until it resolves, which it does when all is on its way to the disk, as an
   * event is that was emitted. It waits for room meanwhile. With mode `off` there is nothing to do.
   *
   * @throws WriteError TAPE_ENDED, now and for every attempt to come, where the disk takes nothing for 10 seconds, the run was
   * taken over or the stream is closed; TapeError where the tape of an earlier session cannot be read; RangeError where a line
   * would be none that a reader takes
   */
  append(attempt: Attempt): Promise<void> {
    if (this.mode === "off" && !this.#mustTellEnd) return Promise.resolve();
    if (this.#isThere?.(attempt)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      this.#waiting.push({ attempt, resolve, reject });
      this.#working ??= this.#work();
    });
  }

  /** @internal The run goes on, whose tape is so long by now. */
  goOn(bytesBefore: number): void {
    this.#options = { ...this.#options, bytesBefore };
    this.#bytes = bytesBefore;
    this.#mustTellEnd = this.#options.mode === "off" && bytesBefore > 0;
  }

  /** @internal Attempts that are on the tape already, of a run that is played again, are not appended once more. */
  passOver(isThere: (attempt: Attempt) => boolean): void {
    this.#isThere = isThere;
  }

  /** @internal Resolves once all that was appended is in the ring, or refused; absent where nothing waits. */
  get unsettled(): Promise<void> | undefined {
    return this.#working;
  }

  async #work(): Promise<void> {
    // An event that is being read is written into the ring in place: never from within the caller's own code.
    await Promise.resolve();
    for (let one = this.#waiting.shift(); one; one = this.#waiting.shift()) {
      try {
        if (this.#ended) throw this.#ended;
        this.#linesOf ??= await this.#writer();
        this.#rest = buffersOf(this.#linesOf(one.attempt));
        await this.#putWhenThereIsRoom();
        one.resolve();
      } catch (error) {
        one.reject(error);
      }
    }
    this.#working = undefined;
  }

  /** Loaded by who has something to append: schemas and hashes are nothing a run without models needs. */
  async #writer(): Promise<(attempt: Attempt) => string[]> {
    const { endOfTape, readTape, TapeState, TapeWriter } = await import("../tape/index.ts");
    const { directory, bytesBefore, simulationId } = this.#options;
    if (this.mode === "off") {
      return () => {
        const lines = this.#mustTellEnd ? [endOfTape(simulationId)] : [];
        this.#mustTellEnd = false;
        return lines;
      };
    }
    const state = new TapeState();
    if (bytesBefore > 0 && directory !== undefined) for await (const _ of readTape(directory, { state }));
    const writer = new TapeWriter({ simulationId, texts: this.mode === "full", state });
    return (attempt) => writer.linesOf(attempt);
  }

  async #putWhenThereIsRoom(): Promise<void> {
    let patience: ReturnType<LineSink["tapePatience"]> | undefined;
    while (!this.#ended && !this.#put()) {
      patience ??= this.#sink.tapePatience();
      const reason = patience.inVain();
      if (reason !== undefined) this.#end(reason);
      else await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    if (this.#rest.length > 0 && this.#ended) throw this.#ended;
  }

  /** @returns whether all is in the ring */
  #put(): boolean {
    for (let [line] = this.#rest; line; [line] = this.#rest) {
      while (this.#offset < line.length) {
        const end = Math.min(line.length, this.#offset + this.#sink.largestTapePart);
        if (!this.#sink.putTape(line.subarray(this.#offset, end), end < line.length)) return false;
        this.#offset = end;
      }
      this.#bytes += this.#offset;
      this.#offset = 0;
      this.#rest.shift();
    }
    return true;
  }

  #end(reason: string): void {
    const { directory, simulationId } = this.#options;
    const run = directory ?? simulationId;
    this.#ended ??= new WriteError(
      "TAPE_ENDED",
      run,
      `The tape of run ${run} takes no more entries: ${reason}.`,
    );
  }

  /** @internal Nothing is appended from now on. */
  close(): void {
    this.#end("the run's stream is closed");
  }

  /** @internal The same at the end of a process: what waits is put into the ring before, as far as that finds room in time. */
  closeNow(milliseconds: number): void {
    const end = performance.now() + milliseconds;
    for (;;) {
      while (!this.#ended && !this.#put()) {
        const left = end - performance.now();
        if (left <= 0 || !this.#sink.waitForRoom(left))
          this.#end("the process ended before there was room for them");
      }
      const next = this.#ended || !this.#linesOf ? undefined : this.#waiting.shift();
      if (!next) break;
      try {
        this.#rest = buffersOf(this.#linesOf?.(next.attempt) ?? []);
        next.resolve();
      } catch (error) {
        next.reject(error);
      }
    }
    this.close();
  }
}

function buffersOf(lines: readonly string[]): Buffer[] {
  return lines.map((line) => Buffer.from(line));
}
