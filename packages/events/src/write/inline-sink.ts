import type { Disk } from "./disk.ts";
import { Drain, type DrainOptions } from "./drain.ts";
import { WriteError } from "./errors.ts";
import { GzipRewriter } from "./gzip-rewriter.ts";
import { FLUSH_ASKED } from "./ring.ts";
import { COMPRESS_MS, LAST_COMPRESS_MS, RingSink, type SharedRing, type SinkListener } from "./ring-sink.ts";
import type { Ending, Outcome } from "./sink.ts";

// Lines of this time are written together; well below the 100 ms that a crash may cost.
const DRAIN_INTERVAL_MS = 10;
const RETRY_INTERVAL_MS = 100;
// How often a drain without work looks after its files and gives a sign of life.
const LOOK_MS = 500;

/** Drains the ring in the emitter's own thread: for hosts without workers, and for tests that step it themselves. */
export class InlineSink extends RingSink {
  readonly #drain: Drain;
  readonly #directory: string;
  readonly #onClosed: () => void;
  readonly #isManual: boolean;
  readonly #heart: NodeJS.Timeout | undefined;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param options.manual never drain by itself: the test calls `drain()`
   * @param options.shared a ring to go on with, whose drain did not start
   */
  constructor(
    queueSize: number,
    maxEventSize: number,
    options: DrainOptions & SinkListener & { disk?: Disk | undefined; manual?: boolean; shared?: SharedRing },
  ) {
    super(queueSize, maxEventSize, options, options.shared);
    const gzip = options.compress === "gzip" ? new GzipRewriter(this.disk, options.directory) : undefined;
    this.#drain = new Drain(this.disk, this.memory, options, gzip);
    this.#directory = options.directory;
    this.#onClosed = options.onClosed;
    this.#isManual = options.manual ?? false;
    this.#heart = this.#isManual ? undefined : setInterval(() => this.step(), LOOK_MS).unref();
  }

  /** A full ring is drained on the spot: nobody else can do it while the caller's loop goes on. */
  override claim(privileged: boolean): boolean {
    return super.claim(privileged) || (!this.#isManual && this.drain() && super.claim(privileged));
  }

  override widen(privileged: boolean): boolean {
    return (
      super.widen(privileged) ||
      (!this.#isManual && this.waiting > 0 && this.drain() && super.claim(privileged))
    );
  }

  override putTape(part: Uint8Array, goesOn: boolean): boolean {
    return super.putTape(part, goesOn) || (!this.#isManual && this.drain() && super.putTape(part, goesOn));
  }

  override isStarting(): boolean {
    return false;
  }

  override async started(): Promise<void> {
    if (!this.#isManual) this.drain();
  }

  override wake(): void {
    if (this.#timer || this.#isManual) return;
    this.#timer = setTimeout(
      () => this.#tick(),
      this.lastError === undefined ? DRAIN_INTERVAL_MS : RETRY_INTERVAL_MS,
    );
    this.#timer.unref();
  }

  #tick(): void {
    this.#timer = undefined;
    if (!this.drain()) this.wake();
  }

  /** One piece of work. @returns whether the ring is empty and all is done */
  step(): boolean {
    const step = this.#drain.step();
    this.note(typeof step === "object" ? step : undefined);
    // Later: an event may be on its way into the ring, and another must not come in between.
    if (this.hasMishap) queueMicrotask(() => this.heed());
    return step === "idle";
  }

  /** Works until there is nothing left or the disk refuses. @returns whether nothing is left */
  drain(): boolean {
    while (!this.step()) if (this.lastError !== undefined) return false;
    return true;
  }

  override isAlive(): boolean {
    return !this.isHopeless;
  }

  override waitForRoom(milliseconds: number): boolean {
    const before = this.waiting;
    for (const end = Date.now() + milliseconds; ; ) {
      this.drain();
      if (this.waiting < before || this.waiting === 0) return true;
      if (Date.now() >= end || this.isHopeless) return false;
      // Nothing else can take the lines away: this thread is the drain's.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_INTERVAL_MS);
    }
  }

  override async flush(): Promise<void> {
    const patience = this.patience.begin();
    while (!this.#flushed()) {
      if (!patience.isOver && !this.isHopeless) {
        await new Promise((resolve) => setTimeout(resolve, RETRY_INTERVAL_MS));
        continue;
      }
      this.patience.lose();
      throw flushFailed(this.#directory, this.pending, this.lastError);
    }
  }

  override flushNow(): void {
    this.#flushed();
  }

  #flushed(): boolean {
    askForFlush(this.control);
    return this.drain();
  }

  override async close(outcome: Outcome): Promise<number> {
    await this.flush().catch(() => undefined);
    return this.#finish({ ...outcome, compressMs: COMPRESS_MS });
  }

  override closeNow(outcome: Outcome): number {
    this.#flushed();
    return this.#finish({ ...outcome, compressMs: LAST_COMPRESS_MS });
  }

  #finish(ending: Ending): number {
    clearTimeout(this.#timer);
    clearInterval(this.#heart);
    const lost = this.pending;
    try {
      if (this.waiting > 0) this.#drain.giveUp(ending);
      else this.#drain.finish(ending);
    } catch (error) {
      this.note(this.#drain.refused(error));
    }
    this.#onClosed();
    return lost;
  }
}

/** Asks the drain for a flush of all that is in the ring now. */
export function askForFlush(control: Int32Array): number {
  return Atomics.add(control, FLUSH_ASKED, 1) + 1;
}

export function flushFailed(directory: string, pending: number, reason: string | undefined): WriteError {
  return new WriteError(
    "FLUSH_FAILED",
    directory,
    `Run ${directory} could not be flushed: ${pending} events still wait (${reason ?? "the disk does not answer"}).`,
  );
}
