import { join } from "node:path";
import {
  ACTIVE_SEGMENT_FILE,
  FORMAT_VERSION,
  formatTimestamp,
  LOCK_FILE,
  MANIFEST_FILE,
  TAPE_FILE,
} from "../layout/index.ts";
import type { Provenance, RecordedCauses, RunManifest } from "../run/index.ts";
import type { VerbosityLevel } from "../schema/index.ts";
import type { Disk } from "./disk.ts";
import { refusalText } from "./errors.ts";
import type { GzipRewriter } from "./gzip-rewriter.ts";
import { HeldLock, type LockMark } from "./held-lock.ts";
import { ManifestFile } from "./manifest-file.ts";
import { DELETED, type Mishap, NO_MISHAPS, placeOfLoss, withMishap } from "./mishap.ts";
import type { RecoveredRun } from "./recover.ts";
import {
  ACTIVE_HIGH,
  ACTIVE_LOW,
  BYTES_HIGH,
  BYTES_LOW,
  CLOSED_SEGMENTS,
  FLUSH_ASKED,
  FLUSH_DONE,
  IS_FAILING,
  IS_HOPELESS,
  leaveMishaps,
  leaveTrouble,
  type RingBatch,
  RingConsumer,
  type RingMemory,
  TAPE_HIGH,
  TAPE_LOW,
  type Trouble,
} from "./ring.ts";
import { SegmentList } from "./segment-list.ts";
import { type ActiveSegment, SegmentWriter } from "./segment-writer.ts";
import type { Ending, Unwritten } from "./sink.ts";
import { lossOf, lossUntilNow, QUEUE_FULL, tallyOf } from "./tally.ts";
import { TapeFile } from "./tape-file.ts";

// One write: large enough that the call itself is lost in it, small enough that the emitter gets memory back soon.
const BATCH_BYTES = 1024 * 1024;
// Below this the emitter is not outrunning the drain, and the next write can wait for more lines to share it.
const SMALL_BATCH_BYTES = 256 * 1024;
// How often a drain without work looks after its files: what happens to them is noticed within a second.
const LOOK_MS = 250;
const WORD_BITS = 30; // of a control word that counts bytes: stays positive in an Int32

export interface DrainOptions {
  directory: string;
  simulationId: string;
  verbosity: VerbosityLevel;
  /** Microseconds since 1970. */
  startTime: number;
  provenance: Provenance;
  maxFileSize: number;
  compress: "none" | "gzip";
  durability: "none" | "fsync";
  recovered: RecoveredRun;
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
  readonly #options: DrainOptions;
  readonly #memory: RingMemory;
  readonly #disk: Disk;
  readonly #ring: RingConsumer;
  readonly #segments: SegmentWriter;
  readonly #tape: TapeFile;
  readonly #gzip: GzipRewriter | undefined;
  readonly #manifestFile: ManifestFile;
  readonly #manifest: RunManifest;
  #isManifestStale = true;
  readonly #list: SegmentList;
  /** When segments.jsonl is tried again after the disk refused it. */
  #listDueAt = 0;
  readonly #lock: HeldLock | undefined;
  #isLost = false;
  #mustRotate = false;
  #lastBatch = 0;
  /** Lines waited that did not go into the last batch. */
  #isBehind = false;
  /** Bytes of the next write: less where the disk does not take as much, so that what still fits is found. */
  #mostBytes = BATCH_BYTES;
  #trouble: Trouble | undefined;
  #mishaps = NO_MISHAPS;
  #lookedAt = 0;
  #lookedBehindAt = 0;
  /** What is being written. */
  #file = MANIFEST_FILE;
  #written: number;
  #bytes: number;

  /** @param gzip what compresses closed segments, where they are compressed */
  constructor(disk: Disk, memory: RingMemory, options: DrainOptions, gzip?: GzipRewriter) {
    const { recovered } = options;
    this.#options = options;
    this.#disk = disk;
    this.#memory = memory;
    this.#lock = options.lock && new HeldLock(disk, options.lock);
    this.#manifestFile = new ManifestFile(disk, options.directory, options.durability === "fsync");
    this.#ring = new RingConsumer(memory);
    this.#segments = new SegmentWriter(disk, options.directory, {
      maxBytes: options.maxFileSize,
      sync: options.durability === "fsync",
      active: recovered.active,
    });
    this.#tape = new TapeFile(disk, options.directory, {
      bytes: recovered.tapeBytes,
      sync: options.durability === "fsync",
    });
    publishTape(this.#ring.control, recovered.tapeBytes);
    this.#written = recovered.counts.written;
    this.#bytes = recovered.bytes;
    this.#manifest = {
      // One that an older version began stays of that version.
      ...((recovered.sessionLost === undefined || recovered.last === undefined) && {
        format_version: FORMAT_VERSION,
      }),
      ...recovered.provenance,
      ...options.provenance,
      causes: causesOf(recovered, options.provenance),
      simulation_id: options.simulationId,
      status: "running",
      ended_by: undefined,
      loss: undefined,
      end_time: undefined, // that of an earlier session, where it ended without a simulation_end
      verbosity: options.verbosity,
      start_time: formatTimestamp(recovered.startTime ?? options.startTime),
      counts: { ...recovered.counts },
      segments: undefined, // as an older version listed them
    };
    this.#list = new SegmentList(disk, options.directory, recovered.segments);
    this.#gzip = gzip;
    for (const segment of recovered.segments) gzip?.add(segment.file);
    this.#publish();
  }

  /** Does one piece of work. Never throws on account of the disk: the same piece is tried again at the next step. */
  step(): Step {
    try {
      if (!this.#hasRight()) return this.#lose();
      const worked = this.#work();
      Atomics.store(this.#ring.control, IS_FAILING, 0);
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
    if (this.#isLost && this.#trouble) return this.#trouble;
    this.#isLost = true;
    this.#file = LOCK_FILE;
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
    const reason = refusalText(error);
    const path = this.#file;
    if (this.#trouble?.reason !== reason || this.#trouble.path !== path) {
      this.#trouble = { path, reason };
      leaveTrouble(this.#memory, this.#trouble);
    }
    Atomics.store(this.#ring.control, IS_FAILING, 1);
    return this.#trouble;
  }

  /** Lines that were written, those of earlier sessions included. */
  get written(): number {
    return this.#written;
  }

  /** Whether it pays to wait for more lines: the last batch was small and was all there was, and nobody waits for a flush. */
  get isCaughtUp(): boolean {
    const { control } = this.#ring;
    return (
      !this.#isBehind &&
      this.#lastBatch < SMALL_BATCH_BYTES &&
      Atomics.load(control, FLUSH_ASKED) === Atomics.load(control, FLUSH_DONE)
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
    if (this.#isManifestStale) {
      this.#writeManifest();
      return true;
    }
    // The request is read before the ring: what was emitted before it is then in what is seen of the ring.
    const flushAsked = Atomics.load(this.#ring.control, FLUSH_ASKED);
    let batch = this.#nextBatch();
    if (batch === "full") {
      this.#mustRotate = true;
      this.#isBehind = true;
      this.#rotate();
      batch = this.#nextBatch();
    }
    if (typeof batch === "object") {
      this.#look();
      // What was lost with a file is told before lines are written that rest on it.
      if (!this.#isManifestStale) this.#write(batch);
      return true;
    }
    if (batch === "full") return true;
    const isFlush = flushAsked !== Atomics.load(this.#ring.control, FLUSH_DONE);
    const isTime = isFlush || performance.now() - this.#lookedAt > LOOK_MS;
    if (isTime && this.#look()) return true;
    if (isFlush) {
      if (this.#options.durability === "fsync") this.#sync();
      Atomics.store(this.#ring.control, FLUSH_DONE, flushAsked);
      Atomics.notify(this.#ring.control, FLUSH_DONE);
      return true;
    }
    return this.#gzip?.step() ?? false;
  }

  #nextBatch(): RingBatch | "empty" | "full" {
    return this.#ring.peek(this.#segments.room, this.#mostBytes, this.#segments.isEmpty);
  }

  /**
   * Looks after the files that are being written, before each write: what goes into one that is gone by its name is in no log, and
   * behind a place where one was cut off it would leave a hole.
   *
   * @returns whether something has happened to one
   */
  #look(): boolean {
    this.#lookedAt = performance.now();
    const { number } = this.#mishaps;
    const { directory, recovered, startTime } = this.#options;
    const isTime = this.#lookedAt > this.#lookedBehindAt + LOOK_MS;
    if (isTime) this.#lookedBehindAt = this.#lookedAt;
    const since = { time: recovered.startTime ?? startTime, turn: 0 };
    const { active } = this.#segments;
    const found = this.#segments.look(since);
    const isEmptied =
      !this.#isManifestStale && (isTime || found) && !this.#disk.exists(join(directory, MANIFEST_FILE));
    if (isEmptied) {
      this.#disk.makeDirectory(directory);
      this.#manifestFile.forget();
      this.#isManifestStale = true;
    }
    if (isTime) this.#list.look();
    this.#at(TAPE_FILE, () => {
      const reason = this.#tape.look();
      if (reason === undefined) return;
      publishTape(this.#ring.control, this.#tape.wholeBytes);
      this.#happened({ path: TAPE_FILE, reason });
    });
    if (isEmptied) this.#lookForClosed(since, active);
    if (found) this.#loseFile({ path: ACTIVE_SEGMENT_FILE, reason: found.reason }, found.lost, found.bytes);
    if (number === this.#mishaps.number) return false;
    this.#publish();
    return true;
  }

  /** Before this session has written a run.json, one that is missing may have gone with the segments that were found. */
  #lookBehindRecovery(): void {
    const { directory, recovered, startTime } = this.#options;
    if (this.#list.segments.length === 0 || this.#disk.exists(join(directory, MANIFEST_FILE))) return;
    this.#lookForClosed({ time: recovered.startTime ?? startTime, turn: 0 }, this.#segments.active);
    this.#publish();
  }

  /** Where the directory was removed, or emptied, more is gone than what was being written. */
  #lookForClosed(since: { time: number; turn: number }, { lastTime, lastTurn }: ActiveSegment): void {
    const exists = (file: string) => this.#disk.exists(join(this.#options.directory, file));
    const gone = this.#list.segments.filter(({ file }) => !exists(file) && !exists(`${file}.gz`));
    if (gone.length === 0) return;
    this.#list.keep((segment) => !gone.includes(segment));
    this.#segments.forgetNames();
    const tally = {
      dropped: gone.reduce((sum, { events }) => sum + events, 0),
      counts: {},
      first_timestamp: formatTimestamp(since.time),
      last_timestamp: formatTimestamp(Math.max(lastTime, since.time)),
      turn_start: since.turn,
      turn_end: lastTurn,
    };
    const bytes = gone.reduce((sum, one) => sum + one.bytes, 0);
    const [path = ""] = gone.map(({ file }) => file);
    const reason =
      gone.length === 1 ? DELETED : `${DELETED}, and so were ${gone.length - 1} other closed segments`;
    this.#loseFile({ path, reason }, { tally, unreported: 0 }, bytes);
  }

  #loseFile(mishap: Mishap, { tally, unreported }: Unwritten, bytes: number): void {
    this.#written -= tally?.dropped ?? 0;
    this.#bytes -= bytes;
    this.#manifest.counts.dropped += tally?.dropped ?? 0;
    if (tally) this.#isManifestStale = true;
    this.#happened({ ...mishap, lost: tally }, unreported);
  }

  #happened(mishap: Mishap, unreported = 0): void {
    this.#mishaps = withMishap(this.#mishaps, mishap, unreported);
    leaveMishaps(this.#memory, this.#mishaps);
  }

  /** The tape first: no event on the medium rests on an answer that is not. */
  #sync(): void {
    this.#at(TAPE_FILE, () => this.#tape.sync());
    this.#segments.sync();
  }

  /** What is refused in `body` is refused for this file. */
  #at(file: string, body: () => void): void {
    this.#file = file;
    body();
    this.#file = ACTIVE_SEGMENT_FILE;
  }

  #write(batch: RingBatch): void {
    const { start, bytes, lines } = batch;
    const { buffer } = this.#ring;
    try {
      if (batch.isTape) {
        const whole = this.#ring.wholeTapeBytes(batch);
        this.#at(TAPE_FILE, () => this.#tape.append(buffer, start, bytes, whole));
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
  #keepWhatStays(): void {
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
      this.#written += batch.lines;
      this.#bytes += batch.bytes;
      this.#publish();
    }
    this.#ring.release(batch);
  }

  #rotate(): void {
    this.#look();
    this.#mustRotate = !this.#segments.isEmpty;
    if (!this.#mustRotate) return;
    // The segment is forced to the medium: what its events rest on, before.
    if (this.#options.durability === "fsync") this.#at(TAPE_FILE, () => this.#tape.sync());
    const closed = this.#segments.rotate();
    this.#list.add(closed);
    this.#gzip?.add(closed.file);
    this.#mustRotate = false;
    this.#publish();
    if (performance.now() >= this.#listDueAt) this.#writeList();
  }

  #publish(): void {
    publishProgress(this.#ring.control, this.#bytes, this.#segments.active.bytes, this.#list.segments.length);
  }

  #writeManifest(): void {
    this.#lookBehindRecovery();
    const { counts } = this.#manifest;
    counts.written = this.#written;
    // While the run goes on, the counts are those of the lines on disk; the emitter's come with the outcome.
    if (this.#manifest.status === "running") {
      counts.emitted = counts.written + counts.dropped + counts.suppressed;
      counts.pending = 0;
      this.#manifest.loss = lossUntilNow(this.#options.recovered.loss, this.#mishaps, counts.dropped);
    }
    this.#at(MANIFEST_FILE, () => this.#manifestFile.write(this.#manifest));
    this.#isManifestStale = false;
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
    this.#at(TAPE_FILE, () => this.#tape.close());
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
        this.#keepWhatStays();
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
    const { counts } = this.#manifest;
    const unwritten = tallyOf(this.#ring.waiting());
    const { recovered } = this.#options;
    this.#list.look();
    this.#list.settle();
    this.#list.close();
    this.#manifest.status = ending.status;
    this.#manifest.ended_by = ending.endedBy;
    this.#manifest.calls = ending.calls;
    this.#manifest.end_time = formatTimestamp(ending.endTime);
    counts.written = this.#written;
    counts.emitted = ending.emitted;
    counts.dropped =
      ending.dropped + (this.#mishaps.lost.tally?.dropped ?? 0) + (unwritten.tally?.dropped ?? 0);
    counts.suppressed = ending.suppressed;
    counts.pending = 0;
    this.#manifest.loss = lossOf({
      before: recovered.loss,
      toldBefore: recovered.told,
      emitter: ending.loss,
      reported: ending.reported,
      unwritten,
      lost: this.#mishaps,
      dropped: counts.dropped,
      ...(this.#trouble ?? placeOfLoss(this.#mishaps) ?? QUEUE_FULL),
    });
    this.#file = MANIFEST_FILE;
    this.#manifestFile.finish(this.#manifest);
  }
}

/** Tells the emitter's side how far the writing has come. */
export function publishProgress(
  control: Int32Array,
  bytes: number,
  active: number,
  closedSegments: number,
): void {
  Atomics.store(control, BYTES_LOW, bytes % 2 ** WORD_BITS);
  Atomics.store(control, BYTES_HIGH, Math.floor(bytes / 2 ** WORD_BITS));
  Atomics.store(control, ACTIVE_LOW, active % 2 ** WORD_BITS);
  Atomics.store(control, ACTIVE_HIGH, Math.floor(active / 2 ** WORD_BITS));
  Atomics.store(control, CLOSED_SEGMENTS, closedSegments);
}

/** Tells the emitter's side how far the tape has come. */
export function publishTape(control: Int32Array, wholeBytes: number): void {
  Atomics.store(control, TAPE_LOW, wholeBytes % 2 ** WORD_BITS);
  Atomics.store(control, TAPE_HIGH, Math.floor(wholeBytes / 2 ** WORD_BITS));
}

/** The bytes of the tape's whole lines, from the control words. */
export function tapeBytes(control: Int32Array): number {
  return Atomics.load(control, TAPE_HIGH) * 2 ** WORD_BITS + Atomics.load(control, TAPE_LOW);
}

/** The bytes of the active segment that were counted, from the control words. */
export function activeBytes(control: Int32Array): number {
  return Atomics.load(control, ACTIVE_HIGH) * 2 ** WORD_BITS + Atomics.load(control, ACTIVE_LOW);
}

/** The bytes written, from the control words. */
export function bytesWritten(control: Int32Array): number {
  return Atomics.load(control, BYTES_HIGH) * 2 ** WORD_BITS + Atomics.load(control, BYTES_LOW);
}

/** A session can take from what those before it claim, and add nothing: their events are in the log. */
function causesOf({ sessionLost, provenance }: RecoveredRun, given: Provenance): RecordedCauses | undefined {
  if (sessionLost === undefined) return given.causes;
  const isLess = given.causes !== undefined && given.causes.by !== provenance.causes?.by;
  if (provenance.causes === undefined) return undefined;
  const most = [provenance.causes, given.causes].flatMap((causes) => causes?.max_causes ?? []);
  return {
    ...provenance.causes,
    ...(isLess && { by: "emitter" }),
    ...(most.length > 0 && { max_causes: Math.min(...most) }),
  };
}
