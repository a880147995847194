import { TAPE_FILE } from "../layout/index.ts";
import { publishTape } from "./progress.ts";
import type { Refusals } from "./refusals.ts";
import type { RingBatch, RingConsumer } from "./ring.ts";
import type { RunRecord } from "./run-record.ts";
import type { SegmentWriter } from "./segment-writer.ts";
import type { TapeFile } from "./tape-file.ts";

// One write: large enough that the call itself is lost in it, small enough that the emitter gets memory back soon.
const BATCH_BYTES = 1024 * 1024;
// Below this the emitter is not outrunning the drain, and the next write can wait for more lines to share it.
const SMALL_BATCH_BYTES = 256 * 1024;

/** Where batches come from, go to and are counted. */
export interface BatchRoute {
  ring: RingConsumer;
  segments: SegmentWriter;
  tape: TapeFile;
  record: RunRecord;
  refusals: Refusals;
  /** Called once lines of the log are written and counted, before the ring has their room back. */
  onWritten: () => void;
}

/** Takes lines from the ring to the active segment and the tape, many in one write, and none twice where a write fails. */
export class BatchWriter {
  readonly #ring: RingConsumer;
  readonly #segments: SegmentWriter;
  readonly #tape: TapeFile;
  readonly #record: RunRecord;
  readonly #refusals: Refusals;
  readonly #onWritten: () => void;
  #lastBatch = 0;
  /** Lines waited that did not go into the last batch. */
  #isBehind = false;
  /** Bytes of the next write: less where the disk does not take as much, so that what still fits is found. */
  #mostBytes = BATCH_BYTES;

  constructor(route: BatchRoute) {
    this.#ring = route.ring;
    this.#segments = route.segments;
    this.#tape = route.tape;
    this.#record = route.record;
    this.#refusals = route.refusals;
    this.#onWritten = route.onWritten;
  }

  /** The last batch was small and was all there was. */
  get isCaughtUp(): boolean {
    return !this.#isBehind && this.#lastBatch < SMALL_BATCH_BYTES;
  }

  /** The next batch waits until the segment is closed. */
  fallBehind(): void {
    this.#isBehind = true;
  }

  next(): RingBatch | "empty" | "full" {
    return this.#ring.peek(this.#segments.room, this.#mostBytes, this.#segments.isEmpty);
  }

  write(batch: RingBatch): void {
    const { start, bytes, lines } = batch;
    const { buffer } = this.#ring;
    try {
      if (batch.isTape) {
        const whole = this.#ring.wholeTapeBytes(batch);
        this.#refusals.at(TAPE_FILE, () => this.#tape.append(buffer, start, bytes, whole));
      } else {
        const lastLine = start + bytes - this.#ring.lastLineLength(batch);
        this.#segments.append(buffer, start, bytes, lines, lastLine);
      }
    } catch (error) {
      this.#keepWhole(batch);
      // One line at a time, until the disk takes some again.
      this.#mostBytes = 1;
      throw error;
    }
    this.#take(batch);
    if (this.#mostBytes < BATCH_BYTES) this.#mostBytes = Math.min(BATCH_BYTES, 2 * bytes);
  }

  /** What a write that failed has left on the disk counts, as far as its lines are whole. */
  #keepWhole(batch: RingBatch): void {
    const whole = this.#ring.wholeLines(batch, batch.isTape ? this.#tape.partial : this.#segments.partial);
    if (whole.lines === 0) return;
    const { start, bytes, lines } = whole;
    if (whole.isTape) this.#tape.keep(bytes, this.#ring.wholeTapeBytes(whole));
    else {
      const lastLine = start + bytes - this.#ring.lastLineLength(whole);
      this.#segments.keep(this.#ring.buffer, start, bytes, lines, lastLine);
    }
    this.#take(whole);
  }

  /** Where not even that can be taken away which a write that failed has left, its whole lines are in the log, and count. */
  keepWhatStays(): void {
    try {
      if (!this.#segments.measure()) return;
      const batch = this.#ring.peek(this.#segments.room, BATCH_BYTES, this.#segments.isEmpty);
      if (typeof batch === "object" && !batch.isTape) this.#keepWhole(batch);
    } catch {
      // The disk says nothing any more.
    }
  }

  #take(batch: RingBatch): void {
    this.#lastBatch = batch.bytes;
    this.#isBehind = !batch.isAll;
    if (batch.isTape) publishTape(this.#ring.control, this.#tape.wholeBytes);
    else {
      this.#record.wrote(batch.lines, batch.bytes);
      this.#onWritten();
    }
    this.#ring.release(batch);
  }
}
