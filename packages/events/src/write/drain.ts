import { LOCK_FILE, MANIFEST_FILE, TAPE_FILE } from "../layout/index.ts";
import { BatchWriter } from "./batch-writer.ts";
import type { Disk } from "./disk.ts";
import { FileWatch, LOOK_MS } from "./file-watch.ts";
import type { GzipRewriter } from "./gzip-rewriter.ts";
import { HeldLock, type LockMark } from "./held-lock.ts";
import { publishProgress, publishTape } from "./progress.ts";
import { Refusals } from "./refusals.ts";
import { FLUSH_ASKED, FLUSH_DONE, IS_HOPELESS, RingConsumer, type RingMemory, type Trouble } from "./ring.ts";
import { type RecordOptions, RunRecord } from "./run-record.ts";
import { SegmentList } from "./segment-list.ts";
import { SegmentWriter } from "./segment-writer.ts";
import type { Ending } from "./sink.ts";
import { tallyOf } from "./tally.ts";
import { TapeFile } from "./tape-file.ts";

export interface DrainOptions extends RecordOptions {
  maxFileSize: number;
  compress: "none" | "gzip";
  /** The lock that gives the right to write, where there is one. */
  lock?: LockMark | undefined;
}

/** What one step did: wrote or closed something; had nothing to do; or the disk refused. */
export type Step = "progress" | "idle" | Trouble;

/**
 * The writer's core: takes lines from the ring to the segments of a run and to its tape, in the order in which they were
 * put there, and keeps run.json. Synchronous, over a disk that is passed in: a worker steps it in a loop, a host without workers from a timer, a test by hand.
 */
export class Drain {
  readonly #isForced: boolean;
  readonly #ring: RingConsumer;
  readonly #segments: SegmentWriter;
  readonly #tape: TapeFile;
  readonly #gzip: GzipRewriter | undefined;
  readonly #list: SegmentList;
  readonly #record: RunRecord;
  readonly #refusals: Refusals;
  readonly #batches: BatchWriter;
  readonly #watch: FileWatch;
  readonly #lock: HeldLock | undefined;
  /** When segments.jsonl is tried again after the disk refused it. */
  #listDueAt = 0;
  #isLost = false;
  #mustRotate = false;

  /** @param gzip what compresses closed segments, where they are compressed */
  constructor(disk: Disk, memory: RingMemory, options: DrainOptions, gzip?: GzipRewriter) {
    const { directory, recovered } = options;
    this.#isForced = options.durability === "fsync";
    this.#lock = options.lock && new HeldLock(disk, options.lock);
    this.#ring = new RingConsumer(memory);
    this.#refusals = new Refusals(memory);
    this.#segments = new SegmentWriter(disk, directory, {
      maxBytes: options.maxFileSize,
      sync: this.#isForced,
      active: recovered.active,
    });
    this.#tape = new TapeFile(disk, directory, { bytes: recovered.tapeBytes, sync: this.#isForced });
    publishTape(this.#ring.control, recovered.tapeBytes);
    this.#record = new RunRecord(disk, memory, options);
    this.#list = new SegmentList(disk, directory, recovered.segments);
    const shared = {
      ring: this.#ring,
      control: this.#ring.control,
      segments: this.#segments,
      tape: this.#tape,
      list: this.#list,
      record: this.#record,
      refusals: this.#refusals,
    };
    this.#batches = new BatchWriter({ ...shared, onWritten: () => this.#publish() });
    this.#watch = new FileWatch(disk, directory, recovered.startTime ?? options.startTime, shared);
    this.#gzip = gzip;
    for (const segment of recovered.segments) gzip?.add(segment.file);
    this.#publish();
  }

  /** Does one piece of work. Never throws on account of the disk: the same piece is tried again at the next step. */
  step(): Step {
    try {
      if (!this.#hasRight()) return this.#lose();
      const worked = this.#work();
      this.#refusals.over();
      return worked ? "progress" : "idle";
    } catch (error) {
      return this.refused(error);
    }
  }

  /** Looked at before each piece of work: whoever has lost the run must not write another line of it. */
  #hasRight(): boolean {
    if (this.#isLost) return false;
    if (!this.#lock) return true;
    this.#lock.beat();
    return this.#lock.isOurs();
  }

  #lose(): Trouble {
    const { last } = this.#refusals;
    if (this.#isLost && last) return last;
    this.#isLost = true;
    this.#refusals.turnTo(LOCK_FILE);
    Atomics.store(this.#ring.control, IS_HOPELESS, 1);
    return this.refused(`the run was taken over by ${this.#lock?.takenBy()}`);
  }

  /** The run is somebody else's: nothing will be written any more. */
  get isLost(): boolean {
    return this.#isLost;
  }

  /** Gives others the sign that this writer lives. */
  beat(): void {
    this.#lock?.beat();
  }

  /** Takes note of what was refused. */
  refused(error: unknown): Trouble {
    return this.#refusals.note(error);
  }

  /** Lines that were written, those of earlier sessions included. */
  get written(): number {
    return this.#record.written;
  }

  /** Whether it pays to wait for more lines: the last batch was small and was all there was, and nobody waits for a flush. */
  get isCaughtUp(): boolean {
    const { control } = this.#ring;
    return (
      this.#batches.isCaughtUp && Atomics.load(control, FLUSH_ASKED) === Atomics.load(control, FLUSH_DONE)
    );
  }

  /** Whether a line waits. */
  get hasWork(): boolean {
    return !this.#ring.isEmpty;
  }

  #work(): boolean {
    if (this.#mustRotate) {
      this.#rotate();
      return true;
    }
    // Before run.json, which listed the segments of a run that an older version began.
    if (this.#list.isStale && performance.now() >= this.#listDueAt) {
      this.#writeList();
      return true;
    }
    if (this.#record.isStale) {
      this.#writeRecord();
      return true;
    }
    // The request is read before the ring: what was emitted before it is then in what is seen of the ring.
    const flushAsked = Atomics.load(this.#ring.control, FLUSH_ASKED);
    let batch = this.#batches.next();
    if (batch === "full") {
      this.#mustRotate = true;
      this.#batches.fallBehind();
      this.#rotate();
      batch = this.#batches.next();
    }
    if (typeof batch === "object") {
      this.#look();
      // What was lost with a file is told before lines are written that rest on it.
      if (!this.#record.isStale) this.#batches.write(batch);
      return true;
    }
    if (batch === "full") return true;
    const isFlush = flushAsked !== Atomics.load(this.#ring.control, FLUSH_DONE);
    const isTime = isFlush || this.#watch.isDue;
    if (isTime && this.#look()) return true;
    if (isFlush) {
      if (this.#isForced) this.#sync();
      Atomics.store(this.#ring.control, FLUSH_DONE, flushAsked);
      Atomics.notify(this.#ring.control, FLUSH_DONE);
      return true;
    }
    return this.#gzip?.step() ?? false;
  }

  /** The tape first: no event on the medium rests on an answer that is not. */
  #sync(): void {
    this.#refusals.at(TAPE_FILE, () => this.#tape.sync());
    this.#segments.sync();
  }

  /** @returns whether something has happened to a file */
  #look(): boolean {
    const hasHappened = this.#watch.look();
    if (hasHappened) this.#publish();
    return hasHappened;
  }

  #rotate(): void {
    this.#look();
    this.#mustRotate = !this.#segments.isEmpty;
    if (!this.#mustRotate) return;
    // The segment is forced to the medium: what its events rest on, before.
    if (this.#isForced) this.#refusals.at(TAPE_FILE, () => this.#tape.sync());
    const closed = this.#segments.rotate();
    this.#list.add(closed);
    this.#gzip?.add(closed.file);
    this.#mustRotate = false;
    this.#publish();
    if (performance.now() >= this.#listDueAt) this.#writeList();
  }

  #publish(): void {
    publishProgress(
      this.#ring.control,
      this.#record.bytes,
      this.#segments.active.bytes,
      this.#list.segments.length,
    );
  }

  #writeRecord(): void {
    this.#watch.lookBehindRecovery();
    this.#publish();
    this.#refusals.at(MANIFEST_FILE, () => this.#record.write());
  }

  #writeList(): void {
    if (!this.#list.settle()) this.#listDueAt = performance.now() + LOOK_MS;
  }

  /**
   * The run's end, once the ring is empty. Tried again where it throws.
   *
   * @throws what the disk throws
   */
  finish(ending: Ending): void {
    if (!this.#hasRight()) {
      this.#lose();
      this.giveUp(ending);
      return;
    }
    this.#look();
    this.#refusals.at(TAPE_FILE, () => this.#tape.close());
    this.#segments.close();
    this.#gzip?.finish(ending.compressMs);
    this.#end(ending);
  }

  /**
   * The run's end where the disk does not take the rest: that counts as dropped. What was written of a line is cut away.
   *
   * @throws what the disk throws, where not even run.json can say so
   */
  giveUp(ending: Ending): void {
    // Where the lock has changed and cannot be read, the run may be somebody else's.
    if (!this.#isOursAtLast()) return;
    this.#gzip?.finish(0);
    for (const file of [this.#tape, this.#segments]) {
      try {
        file.close();
      } catch {
        // What stays of a line then is set aside when the run is opened again.
        this.#batches.keepWhatStays();
      }
    }
    this.#end(ending);
  }

  /** Lets go of all files where it is not, or where nobody can say. @throws what the disk throws then */
  #isOursAtLast(): boolean {
    let isOurs = false;
    try {
      isOurs = this.#hasRight();
      if (!isOurs) this.#lose();
      return isOurs;
    } finally {
      if (!isOurs) for (const file of [this.#tape, this.#segments]) file.leave();
      if (!isOurs) this.#list.close();
    }
  }

  #end(ending: Ending): void {
    const unwritten = tallyOf(this.#ring.waiting());
    this.#list.look();
    this.#list.settle();
    this.#list.close();
    this.#refusals.turnTo(MANIFEST_FILE);
    this.#record.finish(ending, unwritten, this.#refusals.last);
  }
}
