import { join } from "node:path";
import { ACTIVE_SEGMENT_FILE } from "../layout/index.ts";
import { type Disk, nodeDisk } from "./disk.ts";
import type { DrainOptions } from "./drain.ts";
import type { Mishaps } from "./mishap.ts";
import { DiskPatience, GIVE_UP_MS } from "./patience.ts";
import { activeBytes, bytesWritten, publishProgress, publishTape, tapeBytes } from "./progress.ts";
import {
  CLOSED_SEGMENTS,
  createRingMemory,
  EVENT_TAIL,
  IS_FAILING,
  IS_HOPELESS,
  LOST_EVENTS,
  MISHAPS,
  mishapsIn,
  RingConsumer,
  type RingMemory,
  RingProducer,
  TAIL,
  type Trouble,
  troubleIn,
} from "./ring.ts";
import type { LineSink, Outcome, SinkStats, TapePatience, Unwritten } from "./sink.ts";
import { tallyOf } from "./tally.ts";

// Of the queue, for MILESTONE and SYSTEM, which are few and small and the last to go.
const RESERVED_PART = 1 / 16;

// A full queue counts as eased when this much of it is left.
const EASED_PART = 3 / 4;

const NO_ANSWER = "the disk does not answer";

/** How long compressing may take at the end: of a run, and of a process that nothing may hold up. */
export const COMPRESS_MS = 60_000;
export const LAST_COMPRESS_MS = 1_000;

/** A ring that lines wait in already. */
export interface SharedRing {
  memory: RingMemory;
  producer: RingProducer;
}

/** What the host wants to hear of a sink. */
export interface SinkListener {
  onClosed: () => void;
  /** The disk has refused something, for the first time. */
  onTrouble?: ((trouble: Trouble) => void) | undefined;
  /** Something has happened to a file that is being written. */
  onMishap?: (() => void) | undefined;
}

/** The emitter's half of a sink whose lines wait in a ring; who drains it is the subclass's matter. */
export abstract class RingSink implements LineSink {
  protected readonly memory: RingMemory;
  protected readonly ring: RingProducer;
  protected readonly control: Int32Array;
  readonly #writtenBefore: number;
  protected readonly patience: DiskPatience;
  protected lastError: string | undefined;
  readonly #onTrouble: SinkListener["onTrouble"];
  #hasReportedTrouble = false;
  readonly #onMishap: SinkListener["onMishap"];
  protected readonly disk: Disk;
  readonly #activePath: string;
  #heeded = 0;

  constructor(
    queueSize: number,
    maxEventSize: number,
    options: DrainOptions & SinkListener & { disk?: Disk | undefined },
    shared?: SharedRing,
  ) {
    this.disk = options.disk ?? nodeDisk;
    this.#activePath = join(options.directory, ACTIVE_SEGMENT_FILE);
    this.#onTrouble = options.onTrouble;
    this.#onMishap = options.onMishap;
    this.memory = shared?.memory ?? createRingMemory(queueSize);
    this.ring =
      shared?.producer ?? new RingProducer(this.memory, Math.floor(queueSize * RESERVED_PART), maxEventSize);
    this.control = this.ring.control;
    this.patience = new DiskPatience(
      () => Atomics.load(this.control, TAIL),
      () => this.waiting,
    );
    const { recovered } = options;
    this.#writtenBefore = recovered.counts.written;
    // Before the drain does so itself: should it never start, what is there already is known all the same.
    publishProgress(this.control, recovered.bytes, recovered.active.bytes, recovered.segments.length);
    publishTape(this.control, recovered.tapeBytes);
  }

  get buffer(): Buffer {
    return this.ring.buffer;
  }

  get start(): number {
    return this.ring.start;
  }

  get limit(): number {
    return this.ring.limit;
  }

  claim(privileged: boolean): boolean {
    return this.ring.claim(privileged);
  }

  widen(privileged: boolean): boolean {
    return this.ring.widen(privileged);
  }

  commit(length: number): boolean {
    this.ring.commit(length);
    this.wake();
    return true;
  }

  hasEased(): boolean {
    return this.ring.backlog <= this.buffer.length * EASED_PART;
  }

  /** Of the tape's whole lines that are on the disk, those of sessions before included. */
  get tapeBytes(): number {
    return tapeBytes(this.control);
  }

  get largestTapePart(): number {
    return this.ring.largestPart;
  }

  putTape(part: Uint8Array, goesOn: boolean): boolean {
    if (!this.ring.putTape(part, goesOn)) return false;
    this.wake();
    return true;
  }

  tapePatience(): TapePatience {
    let end = performance.now() + this.patience.begin().left;
    let tail = Atomics.load(this.control, TAIL);
    return {
      inVain: () => {
        const now = Atomics.load(this.control, TAIL);
        // Events may come as fast as they are written: what counts is that any are.
        if (now !== tail) end = performance.now() + GIVE_UP_MS;
        tail = now;
        if (this.isAlive() && !this.isHopeless && performance.now() < end) return undefined;
        this.patience.lose();
        return this.lastError ?? this.trouble()?.reason ?? NO_ANSWER;
      },
    };
  }

  /** Events in the ring. */
  protected get pending(): number {
    return (this.ring.eventHead - Atomics.load(this.control, EVENT_TAIL)) | 0;
  }

  /** What the disk has not taken: events, and lines and parts of lines of the tape. */
  protected get waiting(): number {
    return (this.ring.head - Atomics.load(this.control, TAIL)) | 0;
  }

  /** Takes note of what the disk says; told once, however often it goes and comes. */
  protected note(trouble: Trouble | undefined): void {
    this.lastError = trouble?.reason;
    if (!trouble || this.#hasReportedTrouble) return;
    this.#hasReportedTrouble = true;
    this.#onTrouble?.(trouble);
  }

  /** The run is somebody else's: nothing that waits will be written. */
  protected get isHopeless(): boolean {
    return Atomics.load(this.control, IS_HOPELESS) === 1;
  }

  /** The disk refuses, just now. */
  protected get isFailing(): boolean {
    return Atomics.load(this.control, IS_FAILING) === 1;
  }

  trouble(): Trouble | undefined {
    return troubleIn(this.memory);
  }

  missesFile(): boolean {
    const bytes = activeBytes(this.control);
    if (bytes === 0) return false;
    try {
      const found = this.disk.stat(this.#activePath);
      return found === undefined || found.size < bytes;
    } catch {
      return false;
    }
  }

  mishaps(): Mishaps {
    return mishapsIn(this.memory);
  }

  protected get hasMishap(): boolean {
    return Atomics.load(this.control, MISHAPS) !== this.#heeded;
  }

  /** Tells the host of what happened to the files since it last heard of it. */
  protected heed(): void {
    const number = Atomics.load(this.control, MISHAPS);
    if (number === this.#heeded) return;
    this.#heeded = number;
    this.#onMishap?.();
  }

  unwritten(): Unwritten {
    return tallyOf(new RingConsumer(this.memory).waiting());
  }

  stats(): SinkStats {
    const committed = this.#committed();
    const bytes = bytesWritten(this.control);
    const lost = Atomics.load(this.control, LOST_EVENTS);
    const closed = Atomics.load(this.control, CLOSED_SEGMENTS);
    return {
      written: committed - this.pending - lost,
      lost,
      bytes,
      segments: closed + (activeBytes(this.control) > 0 ? 1 : 0),
      lastError: this.lastError,
    };
  }

  #lastHead = 0;
  #committedBefore = 0;

  /** The head wraps at 2^32; this does not. */
  #committed(): number {
    const head = this.ring.eventHead;
    this.#committedBefore += (head - this.#lastHead) >>> 0;
    this.#lastHead = head;
    return this.#writtenBefore + this.#committedBefore;
  }

  abstract isStarting(): boolean;
  /** Resolves when lines are taken, and those that were there before are where they belong, as far as the disk takes them. */
  abstract started(): Promise<void>;
  /** Tells the drain that there is a line. */
  abstract wake(): void;
  abstract isAlive(): boolean;
  abstract waitForRoom(milliseconds: number): boolean;
  abstract flush(): Promise<void>;
  abstract flushNow(milliseconds: number): void;
  abstract close(outcome: Outcome): Promise<number>;
  abstract closeNow(outcome: Outcome): number;
}
