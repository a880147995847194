import { MIN_LINE_LENGTH } from "../layout/index.ts";
import { type Mishaps, NO_MISHAPS } from "./mishap.ts";

/**
 * Lines on their way from the emitter's thread to the drain's, in memory that both share. The emitter writes a line in
 * place, enters its length in a table and moves the head; the drain writes straight from the shared bytes and moves the tail.
 * A line is never split at the ring's end: one that does not fit there begins at 0, and its length says so. Where nothing waits
 * the next line begins at 0 as well, once it would lie far from there: a ring that is kept empty takes no more memory than its beginning.
 */

// Places in the control words.
export const HEAD = 0; // lines committed, wraps at 2^32
export const TAIL = 1; // lines written, wraps at 2^32
export const TAIL_OFFSET = 2; // byte at which the oldest unwritten line begins, or would; the drain's, and where nothing waits the emitter's
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
export const EVENT_TAIL = 17; // lines of the log written, those of the tape left out, wraps at 2^32
export const TAPE_LOW = 18; // bytes of the tape's whole lines, low 30 bits
export const TAPE_HIGH = 19;
export const LOST_EVENTS = 20; // lines of the log that were written, in files that are gone
export const MISHAPS = 21; // how many there were
export const MISHAPS_LENGTH = 22; // bytes of their words
const CONTROL_WORDS = 23;
const TROUBLE_BYTES = 2048;
const MISHAPS_BYTES = 16 * 1024;

export const DRAIN_STARTING = 0;
export const DRAIN_RUNNING = 1;
export const DRAIN_CLOSED = 2;
export const DRAIN_BROKEN = 3;

// What an entry of the table says besides a length, which is below 2^29 as the largest queue has 2^30 bytes.
const WRAPPED = 0x8000_0000;
/** The line is the tape's, not the log's. */
const TAPE = 0x4000_0000;
/** It is a part of one: the next entry of the tape goes on with it. */
const GOES_ON = 0x2000_0000;
const SPECIAL = WRAPPED | TAPE;
const LENGTH_MASK = 0x1fff_ffff;

/** What two threads share; can be posted to a worker. */
export interface RingMemory {
  bytes: SharedArrayBuffer;
  lengths: SharedArrayBuffer;
  control: SharedArrayBuffer;
  /** What the drain last met with, as JSON: at the end of a process no message comes through any more. */
  trouble: SharedArrayBuffer;
  /** What happened to the files, as JSON. */
  mishaps: SharedArrayBuffer;
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

export function leaveMishaps(memory: RingMemory, mishaps: Mishaps): void {
  const control = new Int32Array(memory.control);
  const text = Buffer.from(JSON.stringify(mishaps));
  Buffer.from(memory.mishaps).set(text.subarray(0, MISHAPS_BYTES));
  Atomics.store(control, MISHAPS_LENGTH, text.length);
  Atomics.store(control, LOST_EVENTS, mishaps.lost.tally?.dropped ?? 0);
  Atomics.store(control, MISHAPS, mishaps.number);
}

export function mishapsIn(memory: RingMemory): Mishaps {
  const length = Atomics.load(new Int32Array(memory.control), MISHAPS_LENGTH);
  if (length === 0) return NO_MISHAPS;
  try {
    const left: Mishaps = JSON.parse(Buffer.from(memory.mishaps).toString("utf8", 0, length));
    return left;
  } catch {
    return NO_MISHAPS; // read while it was being written: asked for again
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
    mishaps: new SharedArrayBuffer(MISHAPS_BYTES),
  };
}

/** Of the ring: what is used of it where the drain keeps up. Of the default 64 MB that is 1 MB. */
const BEGINNING = 1 / 64;

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
  readonly #beginning: number;
  #head = 0;
  /** How many of those are the tape's. */
  #tapeHead = 0;
  #offset = 0; // where the next line goes
  #wraps = false; // whether the line being written was moved to 0
  #isRewound = false; // whether the next line is, whichever it is: the drain does not know of it yet

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
    this.#beginning = this.buffer.length * BEGINNING;
  }

  /** Entries that were committed: lines, and parts of lines of the tape. */
  get head(): number {
    return this.#head;
  }

  /** Lines of the log that were committed. */
  get eventHead(): number {
    return (this.#head - this.#tapeHead) | 0;
  }

  /** Bytes that wait, padding at the ring's end included. */
  get backlog(): number {
    const tail = Atomics.load(this.control, TAIL_OFFSET);
    return this.#offset >= tail ? this.#offset - tail : this.buffer.length - tail + this.#offset;
  }

  claim(privileged: boolean): boolean {
    const waiting = (this.#head - Atomics.load(this.control, TAIL)) | 0;
    if (waiting === 0 && this.#offset > this.#beginning) this.#rewind();
    this.#wraps = this.#isRewound;
    if (this.#mask - waiting <= (privileged ? 0 : 64)) return false;
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

  /** With the last line the drain has given back all memory, and it moves the tail only behind a line that comes now. */
  #rewind(): void {
    this.#offset = 0;
    this.#isRewound = true;
    Atomics.store(this.control, TAIL_OFFSET, 0);
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
    this.#isRewound = false;
    this.#offset = this.start + length;
    this.#head = (this.#head + 1) | 0;
    Atomics.store(this.control, HEAD, this.#head);
  }

  /** The most bytes of a line of the tape that are taken at once. */
  get largestPart(): number {
    return Math.min(this.#largestLine, LARGEST_TAPE_PART);
  }

  /**
   * Takes a part of a line of the tape, of `largestPart` bytes at most. It takes no room beyond half of the ring: events cannot
   * wait for it, and who writes the tape can.
   *
   * @param goesOn whether more of the line is to come
   * @returns whether there was room
   */
  putTape(part: Uint8Array, goesOn: boolean): boolean {
    if (this.backlog + part.length > this.buffer.length / 2 || !this.claim(false)) return false;
    if (this.limit - this.start < part.length && !this.widen(false)) return false;
    if (this.limit - this.start < part.length) return false;
    this.buffer.set(part, this.start);
    const flags = (this.#wraps ? WRAPPED : 0) | TAPE | (goesOn ? GOES_ON : 0);
    this.#lengths[this.#head & this.#mask] = part.length | flags;
    this.#tapeHead = (this.#tapeHead + 1) | 0;
    this.#isRewound = false;
    this.#offset = this.start + part.length;
    this.#head = (this.#head + 1) | 0;
    Atomics.store(this.control, HEAD, this.#head);
    return true;
  }
}

// Small beside the ring, so that events find room between the parts of a long line.
const LARGEST_TAPE_PART = 256 * 1024;

/** A run of lines of one file that lie side by side: whole ones of the log, or parts of the tape's. */
export interface RingBatch {
  /** Byte offset in the ring. */
  start: number;
  bytes: number;
  /** Entries of the table. */
  lines: number;
  /** Whether they are the tape's. */
  isTape: boolean;
  /** Whether no other line waited when they were looked for. */
  isAll: boolean;
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
      if (entry & SPECIAL) {
        if (lines > 0) break;
        if (entry & TAPE) return this.#peekTape(head, mostBytes);
        start = 0;
      }
      const length = entry & LENGTH_MASK;
      const isFirst = lines === 0;
      if (bytes + length > room && !(isFirst && takesAny)) break;
      if (bytes + length > mostBytes && !isFirst) break;
      bytes += length;
      lines++;
    }
    if (lines > 0) return { start, bytes, lines, isTape: false, isAll: ((this.#tail + lines) | 0) === head };
    return head === this.#tail ? "empty" : "full";
  }

  /** The oldest entries, all the tape's: it is never full. */
  #peekTape(head: number, mostBytes: number): RingBatch {
    const first = this.#lengths[this.#tail & this.#mask] ?? 0;
    const start = first & WRAPPED ? 0 : this.#offset;
    let bytes = first & LENGTH_MASK;
    let lines = 1;
    for (let at = (this.#tail + 1) | 0; at !== head; at = (at + 1) | 0) {
      const entry = this.#lengths[at & this.#mask] ?? 0;
      const length = entry & LENGTH_MASK;
      if (!(entry & TAPE) || entry & WRAPPED || bytes + length > mostBytes) break;
      bytes += length;
      lines++;
    }
    return { start, bytes, lines, isTape: true, isAll: ((this.#tail + lines) | 0) === head };
  }

  /** Of a batch of the tape: how many of its bytes end its last whole line, 0 where none ends in it. */
  wholeTapeBytes({ lines }: RingBatch): number {
    let bytes = 0;
    let whole = 0;
    for (let line = 0; line < lines; line++) {
      bytes += this.#lengthAt(this.#tail + line);
      const entry = this.#lengths[(this.#tail + line) & this.#mask] ?? 0;
      if (!(entry & GOES_ON)) whole = bytes;
    }
    return whole;
  }

  /** Gives the memory of a batch that was written back to the emitter. */
  release(batch: RingBatch): void {
    this.#tail = (this.#tail + batch.lines) | 0;
    this.#offset = batch.start + batch.bytes;
    if (!batch.isTape) Atomics.add(this.control, EVENT_TAIL, batch.lines);
    Atomics.store(this.control, TAIL_OFFSET, this.#offset);
    Atomics.store(this.control, TAIL, this.#tail);
    Atomics.notify(this.control, TAIL);
  }

  /** The lines of a batch that lie within its first so many bytes. */
  wholeLines({ start, isTape, isAll }: RingBatch, within: number): RingBatch {
    let bytes = 0;
    let lines = 0;
    for (;;) {
      const length = this.#lengthAt(this.#tail + lines);
      if (bytes + length > within) return { start, bytes, lines, isTape, isAll };
      bytes += length;
      lines++;
    }
  }

  /** What of the log waits, line by line; each is only lent. */
  *waiting(): Generator<Buffer, void, undefined> {
    const head = Atomics.load(this.control, HEAD);
    let start = this.#offset;
    for (let at = this.#tail; at !== head; at = (at + 1) | 0) {
      if ((this.#lengths[at & this.#mask] ?? 0) & WRAPPED) start = 0;
      const length = this.#lengthAt(at);
      const isTape = ((this.#lengths[at & this.#mask] ?? 0) & TAPE) !== 0;
      if (!isTape) yield this.buffer.subarray(start, start + length);
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
