import { MIN_LINE_LENGTH } from "../layout/index.ts";

/**
 * Lines on their way from the emitter's thread to the drain's, in memory that both share. The emitter writes a line in
 * place, enters its length in a table and moves the head; the drain writes straight from the shared bytes and moves the tail.
 * A line is never split at the ring's end: one that does not fit there begins at 0, and its length says so.
 */

// Places in the control words.
export const HEAD = 0; // lines committed, wraps at 2^32
export const TAIL = 1; // lines written, wraps at 2^32
export const TAIL_OFFSET = 2; // byte at which the oldest unwritten line begins, or would
export const WAKE = 3; // counted up to wake the drain
export const IS_ASLEEP = 4; // 1 while the drain waits for the first line after a quiet time
export const FLUSH_ASKED = 5;
export const FLUSH_DONE = 6;
export const DRAIN_STATE = 7;
export const CLOSED_SEGMENTS = 8;
export const BYTES_LOW = 9; // bytes written, low 30 bits
export const BYTES_HIGH = 10;
export const ACTIVE_LOW = 11; // bytes of the active segment
export const ACTIVE_HIGH = 12;
export const IS_FAILING = 13;
export const HAS_RUN = 14; // 1 once a drain has begun
export const IS_HOPELESS = 15; // 1 once nothing more can come of it: the run is somebody else's
export const TROUBLE_LENGTH = 16; // bytes of the trouble's words
const CONTROL_WORDS = 20;
const TROUBLE_BYTES = 2048;

export const DRAIN_STARTING = 0;
export const DRAIN_RUNNING = 1;
export const DRAIN_CLOSED = 2;
export const DRAIN_BROKEN = 3;

const WRAPPED = 0x8000_0000;
const LENGTH_MASK = 0x7fff_ffff;

/** What two threads share; can be posted to a worker. */
export interface RingMemory {
  bytes: SharedArrayBuffer;
  lengths: SharedArrayBuffer;
  control: SharedArrayBuffer;
  /** What the drain last met with, as JSON: at the end of a process no message comes through any more. */
  trouble: SharedArrayBuffer;
}

/** What the disk refused, and in which words. */
export interface Trouble {
  /** Relative to the run's directory. */
  path: string;
  reason: string;
}

export function leaveTrouble(memory: RingMemory, { path, reason }: Trouble): void {
  let text = Buffer.from(JSON.stringify({ path, reason }));
  if (text.length > TROUBLE_BYTES) text = Buffer.from(JSON.stringify({ path, reason: reason.slice(0, 200) }));
  Buffer.from(memory.trouble).set(text);
  Atomics.store(new Int32Array(memory.control), TROUBLE_LENGTH, text.length);
}

/** @returns the last trouble, also where it is over */
export function troubleIn(memory: RingMemory): Trouble | undefined {
  const length = Atomics.load(new Int32Array(memory.control), TROUBLE_LENGTH);
  if (length === 0) return undefined;
  try {
    const left: Trouble = JSON.parse(Buffer.from(memory.trouble).toString("utf8", 0, length));
    return left;
  } catch {
    return undefined; // read while it was being written
  }
}

/** @param size bytes that may wait */
export function createRingMemory(size: number): RingMemory {
  const entries = 2 ** Math.ceil(Math.log2(Math.max(size / MIN_LINE_LENGTH, 16)));
  return {
    bytes: new SharedArrayBuffer(size),
    lengths: new SharedArrayBuffer(entries * Uint32Array.BYTES_PER_ELEMENT),
    control: new SharedArrayBuffer(CONTROL_WORDS * Int32Array.BYTES_PER_ELEMENT),
    trouble: new SharedArrayBuffer(TROUBLE_BYTES),
  };
}

/** The emitter's end. */
export class RingProducer {
  readonly buffer: Buffer;
  readonly control: Int32Array;
  start = 0;
  limit = 0;
  readonly #lengths: Uint32Array;
  readonly #mask: number;
  readonly #reserve: number;
  readonly #largestLine: number;
  #head = 0;
  #offset = 0; // where the next line goes
  #wraps = false; // whether the line being written was moved to 0

  /**
   * @param reserve bytes kept for privileged lines
   * @param largestLine bytes; a claim offers no more, so that `start + largestLine` is enough to look at
   */
  constructor(memory: RingMemory, reserve: number, largestLine: number) {
    this.buffer = Buffer.from(memory.bytes);
    this.control = new Int32Array(memory.control);
    this.#lengths = new Uint32Array(memory.lengths);
    this.#mask = this.#lengths.length - 1;
    this.#reserve = reserve;
    this.#largestLine = largestLine;
  }

  /** Lines that were committed. */
  get head(): number {
    return this.#head;
  }

  /** Bytes that wait, padding at the ring's end included. */
  get backlog(): number {
    const tail = Atomics.load(this.control, TAIL_OFFSET);
    return this.#offset >= tail ? this.#offset - tail : this.buffer.length - tail + this.#offset;
  }

  claim(privileged: boolean): boolean {
    this.#wraps = false;
    const entriesLeft = this.#mask - ((this.#head - Atomics.load(this.control, TAIL)) | 0);
    if (entriesLeft <= (privileged ? 0 : 64)) return false;
    const tail = Atomics.load(this.control, TAIL_OFFSET);
    const reserve = privileged ? 0 : this.#reserve;
    const size = this.buffer.length;
    this.start = this.#offset;
    // One byte stays free: head and tail at the same place mean empty.
    if (this.#offset < tail) this.limit = tail - 1 - reserve;
    else this.limit = Math.min(size, size - reserve + tail);
    if (this.limit > this.start + this.#largestLine) this.limit = this.start + this.#largestLine;
    return this.limit - this.start >= MIN_LINE_LENGTH || this.widen(privileged);
  }

  widen(privileged: boolean): boolean {
    const tail = Atomics.load(this.control, TAIL_OFFSET);
    if (this.#wraps || this.#offset < tail) return false;
    const reserve = privileged ? 0 : this.#reserve;
    const limit = Math.min(tail - 1 - reserve, this.#largestLine);
    if (limit < MIN_LINE_LENGTH || limit <= this.limit - this.start) return false;
    this.start = 0;
    this.limit = limit;
    this.#wraps = true;
    return true;
  }

  commit(length: number): void {
    this.#lengths[this.#head & this.#mask] = this.#wraps ? length | WRAPPED : length;
    this.#offset = this.start + length;
    this.#head = (this.#head + 1) | 0;
    Atomics.store(this.control, HEAD, this.#head);
  }
}

/** A run of whole lines that lie side by side. */
export interface RingBatch {
  /** Byte offset in the ring. */
  start: number;
  bytes: number;
  lines: number;
}

/** The drain's end. */
export class RingConsumer {
  readonly buffer: Buffer;
  readonly control: Int32Array;
  readonly #lengths: Uint32Array;
  readonly #mask: number;
  #tail: number;
  #offset: number;

  constructor(memory: RingMemory) {
    this.buffer = Buffer.from(memory.bytes);
    this.control = new Int32Array(memory.control);
    this.#lengths = new Uint32Array(memory.lengths);
    this.#mask = this.#lengths.length - 1;
    this.#tail = Atomics.load(this.control, TAIL);
    this.#offset = Atomics.load(this.control, TAIL_OFFSET);
  }

  get isEmpty(): boolean {
    return Atomics.load(this.control, HEAD) === this.#tail;
  }

  /**
   * The oldest lines: as many as lie side by side and fit into `room` bytes, but no more than `mostBytes` where that is
   * at least one line.
   *
   * @param takesAny whether the first line is taken even where it is larger than `room`
   * @returns `"empty"`, or `"full"` where the oldest line does not fit
   */
  peek(room: number, mostBytes: number, takesAny: boolean): RingBatch | "empty" | "full" {
    const head = Atomics.load(this.control, HEAD);
    let start = this.#offset;
    let bytes = 0;
    let lines = 0;
    for (let at = this.#tail; at !== head; at = (at + 1) | 0) {
      const entry = this.#lengths[at & this.#mask] ?? 0;
      if (entry & WRAPPED) {
        if (lines > 0) break;
        start = 0;
      }
      const length = entry & LENGTH_MASK;
      const isFirst = lines === 0;
      if (bytes + length > room && !(isFirst && takesAny)) break;
      if (bytes + length > mostBytes && !isFirst) break;
      bytes += length;
      lines++;
    }
    if (lines > 0) return { start, bytes, lines };
    return head === this.#tail ? "empty" : "full";
  }

  /** Gives the memory of a batch that was written back to the emitter. */
  release(batch: RingBatch): void {
    this.#tail = (this.#tail + batch.lines) | 0;
    this.#offset = batch.start + batch.bytes;
    Atomics.store(this.control, TAIL_OFFSET, this.#offset);
    Atomics.store(this.control, TAIL, this.#tail);
    Atomics.notify(this.control, TAIL);
  }

  /** The lines of a batch that lie within its first so many bytes. */
  wholeLines({ start }: RingBatch, within: number): RingBatch {
    let bytes = 0;
    let lines = 0;
    for (;;) {
      const length = this.#lengthAt(this.#tail + lines);
      if (bytes + length > within) return { start, bytes, lines };
      bytes += length;
      lines++;
    }
  }

  /** What waits, line by line; each is only lent. */
  *waiting(): Generator<Buffer, void, undefined> {
    const head = Atomics.load(this.control, HEAD);
    let start = this.#offset;
    for (let at = this.#tail; at !== head; at = (at + 1) | 0) {
      if ((this.#lengths[at & this.#mask] ?? 0) & WRAPPED) start = 0;
      const length = this.#lengthAt(at);
      yield this.buffer.subarray(start, start + length);
      start += length;
    }
  }

  #lengthAt(line: number): number {
    return (this.#lengths[line & this.#mask] ?? 0) & LENGTH_MASK;
  }

  /** Bytes of the last line of a batch. */
  lastLineLength(batch: RingBatch): number {
    return this.#lengthAt(this.#tail + batch.lines - 1);
  }
}
