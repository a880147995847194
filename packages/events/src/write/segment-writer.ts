import { join } from "node:path";
import {
  ACTIVE_SEGMENT_FILE,
  type ClosedSegment,
  closedSegmentName,
  formatTimestamp,
  ID_LENGTH,
  ID_OFFSET,
  parseTimestamp,
  TIMESTAMP_LENGTH,
  TIMESTAMP_OFFSET,
} from "../layout/index.ts";
import { type Disk, writeSome } from "./disk.ts";
import { linesIn, mishapOf, REPLACED, setAside } from "./mishap.ts";
import type { Unwritten } from "./sink.ts";
import { tallyOf, turnOf } from "./tally.ts";

/** What is known of the active segment. */
export interface ActiveSegment {
  events: number;
  bytes: number;
  firstEventId: string | undefined;
  lastEventId: string | undefined;
  /** Microseconds since 1970 of its last event: its name when it is closed. */
  lastTime: number;
  lastTurn: number;
}

export const EMPTY_SEGMENT: ActiveSegment = {
  events: 0,
  bytes: 0,
  firstEventId: undefined,
  lastEventId: undefined,
  lastTime: 0,
  lastTurn: 0,
};

/** Appends whole lines to the active segment and closes it by renaming it. */
export class SegmentWriter {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #maxBytes: number;
  readonly #sync: boolean;
  #active: ActiveSegment;
  #file: number | undefined;
  #inode: number | undefined;
  /** What a session before has left is not forced to the medium either, for all that is known. */
  #isDirty: boolean;
  /**
   * Whether a file was made or renamed since the directory was forced to the medium; by a session before as well, for all that is
   * known.
   */
  #isRenamed = true;
  /** The time that the last segment was named by, at or behind its last event's: all names between them are taken. */
  #namedBy = Number.NEGATIVE_INFINITY;
  /** Bytes of the present batch that are on the disk already, where the last try wrote a part. */
  #partial = 0;

  constructor(
    disk: Disk,
    directory: string,
    options: { maxBytes: number; sync: boolean; active: ActiveSegment },
  ) {
    this.#disk = disk;
    this.#directory = directory;
    this.#maxBytes = options.maxBytes;
    this.#sync = options.sync;
    this.#active = { ...options.active };
    this.#isDirty = options.active.bytes > 0;
  }

  /** Bytes until the segment is full. */
  get room(): number {
    return this.#maxBytes - this.#active.bytes;
  }

  /** A segment without an event takes any line: an event above the limit gets a segment of its own. */
  get isEmpty(): boolean {
    return this.#active.firstEventId === undefined;
  }

  get active(): Readonly<ActiveSegment> {
    return this.#active;
  }

  /**
   * Appends `bytes[start, start + length)`. It is repeated with the same bytes until it succeeds: what a failed try has
   * written is not written again, and nothing is written behind it.
   *
   * @param lastLineStart where the last line of the batch begins
   */
  append(bytes: Buffer, start: number, length: number, lines: number, lastLineStart: number): void {
    this.#file ??= this.#openActive();
    while (this.#partial < length) {
      const done = this.#partial;
      const at = this.#active.bytes + done;
      this.#partial += writeSome(this.#disk, this.#file, bytes, start + done, length - done, at);
    }
    this.keep(bytes, start, length, lines, lastLineStart);
  }

  /** Bytes of a batch that an append has written before it failed. */
  get partial(): number {
    return this.#partial;
  }

  /** Looks how much of the present batch is on the disk, whatever a write has said. @returns whether anything is */
  measure(): boolean {
    if (this.#file === undefined) return false;
    this.#partial = Math.max(0, this.#disk.size(this.#file) - this.#active.bytes);
    return this.#partial > 0;
  }

  /** Counts so many of the bytes that were written as appended, whole lines all; the next append goes on behind them. */
  keep(bytes: Buffer, start: number, length: number, lines: number, lastLineStart: number): void {
    this.#partial -= length;
    this.#isDirty = true;
    const active = this.#active;
    active.firstEventId ??= idAt(bytes, start);
    active.lastEventId = idAt(bytes, lastLineStart);
    active.lastTime = timeAt(bytes, lastLineStart);
    active.lastTurn = turnOf(bytes, lastLineStart);
    active.bytes += length;
    active.events += lines;
  }

  #openActive(): number {
    const path = join(this.#directory, ACTIVE_SEGMENT_FILE);
    // Of two files that had this name, the one before could be left without any.
    if (this.#sync) this.#syncNames();
    const file = this.#disk.open(path);
    this.#inode = this.#disk.stat(path)?.inode;
    // It may be new.
    this.#isRenamed = true;
    return file;
  }

  /** Forces what was appended to the medium. */
  sync(): void {
    if (this.#isDirty) {
      this.#file ??= this.#openActive();
      this.#disk.sync(this.#file);
    }
    this.#isDirty = false;
    this.#syncNames();
  }

  /** Without this a power loss could take the files' very names. */
  #syncNames(): void {
    if (this.#isRenamed) this.#disk.syncDirectory(this.#directory);
    this.#isRenamed = false;
  }

  /**
   * Looks whether the active segment is still what was written; where it is not, what follows goes into a new one, or behind what
   * was left of it.
   *
   * @param since time (µs since 1970) and turn of the first event of which nothing more may be known
   */
  look(since: {
    time: number;
    turn: number;
  }): { reason: string; bytes: number; lost: Unwritten } | undefined {
    const path = join(this.#directory, ACTIVE_SEGMENT_FILE);
    const active = this.#active;
    const reason = mishapOf(this.#disk, path, { inode: this.#inode, bytes: active.bytes + this.#partial });
    if (reason === undefined) return undefined;
    if (reason === REPLACED) setAside(this.#disk, path);
    const rest = this.#keepBeginning(path);
    const { events, bytes } = active;
    const dropped = events - rest.events;
    const lost = dropped > 0 ? this.#lostBehind(rest, dropped, since) : { tally: undefined, unreported: 0 };
    if (rest.bytes === 0) this.#release();
    this.#active = rest;
    this.#partial = 0;
    return { reason, bytes: bytes - rest.bytes, lost };
  }

  /** Of a file that was cut off, the whole lines. */
  #keepBeginning(path: string): ActiveSegment {
    const rest = { ...EMPTY_SEGMENT };
    if (!this.#disk.exists(path)) return rest;
    const file = this.#disk.open(path);
    try {
      for (const line of linesIn(this.#disk, file, this.#disk.size(file))) {
        rest.bytes += line.length;
        rest.events++;
        rest.firstEventId ??= idAt(line, 0);
        rest.lastEventId = idAt(line, 0);
        rest.lastTime = timeAt(line, 0);
        rest.lastTurn = turnOf(line, 0);
      }
      rest.events = Math.min(rest.events, this.#active.events);
      // What stands there of a line is a part of one that is lost.
      if (this.#disk.size(file) > rest.bytes) this.#disk.truncate(file, rest.bytes);
    } finally {
      this.#disk.close(file);
    }
    return rest;
  }

  /** What a file that is gone by its name held can still be read where it is open. */
  #lostBehind(rest: ActiveSegment, dropped: number, since: { time: number; turn: number }): Unwritten {
    const { bytes, lastTime, lastTurn } = this.#active;
    if (rest.bytes === 0 && this.#file !== undefined && this.#disk.size(this.#file) >= bytes) {
      const { tally, unreported } = tallyOf(linesIn(this.#disk, this.#file, bytes));
      if (tally) return { tally: { ...tally, dropped }, unreported };
    }
    const tally = {
      dropped,
      counts: {},
      first_timestamp: formatTimestamp(rest.events > 0 ? rest.lastTime : since.time),
      last_timestamp: formatTimestamp(lastTime),
      turn_start: rest.events > 0 ? rest.lastTurn : since.turn,
      turn_end: lastTurn,
    };
    return { tally, unreported: 0 };
  }

  /** Closes the active segment under its own name: the next line begins a new one. */
  rotate(): ClosedSegment {
    if (this.#sync) this.sync();
    const { firstEventId, lastEventId, events, bytes } = this.#active;
    if (firstEventId === undefined || lastEventId === undefined)
      throw new Error("An empty segment is not closed.");
    const time = this.#freeTime();
    const file = closedSegmentName(time);
    this.#disk.rename(join(this.#directory, ACTIVE_SEGMENT_FILE), join(this.#directory, file));
    this.#isRenamed = true;
    this.#namedBy = time;
    // After the rename, so that a rename that fails finds the segment as it was.
    this.#release();
    this.#active = { ...EMPTY_SEGMENT };
    return { file, events, bytes, first_event_id: firstEventId, last_event_id: lastEventId };
  }

  #freeTime(): number {
    for (let time = Math.max(this.#active.lastTime, this.#namedBy + 1); ; time++) {
      const path = join(this.#directory, closedSegmentName(time));
      if (!this.#disk.exists(path) && !this.#disk.exists(`${path}.gz`)) return time;
    }
  }

  /** The closed segments are gone, and their names are free. */
  forgetNames(): void {
    this.#namedBy = Number.NEGATIVE_INFINITY;
  }

  #release(): void {
    if (this.#file === undefined) return;
    const file = this.#file;
    this.#file = undefined;
    this.#inode = undefined;
    this.#isDirty = false;
    this.#disk.close(file);
  }

  /** Ends the writing without a change to the file, which is somebody else's by now. */
  leave(): void {
    this.#release();
  }

  /** Ends the writing. What a failed try left of a line is taken away: it was not counted. */
  close(): void {
    if (this.#file !== undefined && this.#disk.size(this.#file) > this.#active.bytes)
      this.#disk.truncate(this.#file, this.#active.bytes);
    this.#partial = 0;
    if (this.#sync) this.sync();
    this.#release();
  }
}

function idAt(bytes: Buffer, line: number): string {
  return bytes.toString("latin1", line + ID_OFFSET, line + ID_OFFSET + ID_LENGTH);
}

function timeAt(bytes: Buffer, line: number): number {
  const at = line + TIMESTAMP_OFFSET;
  return parseTimestamp(bytes.toString("latin1", at, at + TIMESTAMP_LENGTH)) ?? 0;
}
