import { statSync } from "node:fs";
import { isRunReadError, listSegments } from "@llm-sim/events/read";
import { isBeingWritten } from "@llm-sim/events/run";
import {
  CHUNK_BYTES,
  DamagedText,
  GzipBytes,
  PlainBytes,
  type Range,
  readRanges,
  type SegmentBytes,
} from "../log/index.ts";
import {
  HeldArrays,
  LineIntake,
  RewrittenLog,
  RunIndex,
  type SkippedLine,
  type UnreadableStretch,
} from "../run-index/index.ts";
import {
  type FollowedSegment,
  noteEnding,
  openSegment,
  readEnding,
  SegmentMoved,
} from "./followed-segment.ts";
import {
  areClosedUnchanged,
  type Change,
  checkDoubtful,
  isLong,
  matchSegments,
  peek,
  requireEnding,
  settlePlace,
} from "./same-log.ts";
import { ThreadedIntake } from "./threaded-intake.ts";

/** What a saved index gives to go on from. */
export interface FollowedLog {
  index: RunIndex;
  segments: FollowedSegment[];
}

export interface FollowerOptions {
  /** Called, and waited for, while the log is being taken in, whenever parts of the index may be put into files. */
  partFrozen?: (follower: LogFollower) => Promise<void>;
  /** How a long log is scanned. */
  threads?: ThreadedIntake;
}

/**
 * How old a directory's modification time must be to be trusted: file systems stamp by a clock that ticks every few
 * milliseconds, so that a second change may leave the first one's time.
 */
const SETTLED_MS = 50;
/** A rotation now and then comes between looking and reading; so many in a row do not. */
const ATTEMPTS = 20;
/** Past so many new events, what was reserved for growth is given back. */
const TRIM_ROWS = 100_000;
/** JSON lines deflate to about a seventh. */
const GZIP_RATIO = 7;

/**
 * Keeps an index level with a run's log as it grows, is rotated and is compressed. Where the log turns out to be another
 * than the one that was indexed, the index is made anew.
 */
export class LogFollower {
  readonly directory: string;
  #index: RunIndex;
  #intake: LineIntake;
  #segments: FollowedSegment[];
  #refreshing: Promise<void> | undefined;
  #directoryModified = Number.NaN;
  #isClosed = false;
  readonly #options: FollowerOptions;
  readonly #threads: ThreadedIntake;

  constructor(directory: string, saved?: FollowedLog, options: FollowerOptions = {}) {
    this.directory = directory;
    this.#options = options;
    this.#threads = options.threads ?? new ThreadedIntake();
    this.#index = saved?.index ?? new RunIndex();
    this.#intake = new LineIntake(this.#index);
    this.#segments = saved?.segments ?? [];
  }

  get index(): RunIndex {
    return this.#index;
  }

  get segments(): readonly FollowedSegment[] {
    return this.#segments;
  }

  /** Lines that are no events, a torn last one of a run that nobody writes included. */
  get skippedCount(): number {
    return this.#index.skipped.count + this.#torn.length;
  }

  /** The first of them. */
  get skippedLines(): SkippedLine[] {
    return [...this.#index.skipped.first, ...this.#torn];
  }

  /** Where they stand; those that are only repeated are left out. */
  *unreadable(): Generator<UnreadableStretch> {
    yield* this.#index.skipped.unreadable();
    for (const { file } of this.#torn) {
      const segment = this.#segments.findIndex((one) => one.file === file);
      yield { segment, row: this.#index.rows, lines: 1, events: 1 };
    }
  }

  /** Size of the log's files. */
  get logBytes(): number {
    return this.#segments.reduce((sum, { size }) => sum + size, 0);
  }

  /** Bytes of memory, about. */
  get heldBytes(): number {
    return this.#segments.reduce((sum, { bytes }) => sum + (bytes?.held ?? 0), this.#index.bytes);
  }

  /** Rows of parts of the index that no longer change and are in no file. */
  get looseRows(): number {
    return this.#index.frozen.reduce(
      (sum, { arrays, rows }) => (arrays instanceof HeldArrays ? sum + rows : sum),
      0,
    );
  }

  /** Takes in what the log has gained by now. Throws RunReadError `NOT_A_RUN`. */
  async refresh(): Promise<void> {
    if (this.#refreshing !== undefined) await this.#refreshing; // it may have looked before the asker's own write
    if (this.#refreshing === undefined) {
      const change = peek(this.directory, this.#directoryModified, this.#segments);
      if (change === "none" && !isLong(this.#segments)) return;
      this.#refreshing = this.#catchUp(change).finally(() => {
        this.#refreshing = undefined;
      });
    }
    await this.#refreshing;
  }

  /**
   * Reads on in the active segment, on the spot and without a look at anything before.
   *
   * @returns `false` where there was nothing, or something that only `refresh` can settle
   */
  takeWritten(): boolean {
    const active = this.#segments.find((segment) => segment.active);
    if (this.#refreshing !== undefined || !(active?.bytes instanceof PlainBytes)) return false;
    const { ending } = active;
    const read = active.bytes.readOn(active.taken - ending.length);
    if (read === undefined) return false;
    const { bytes, to } = read;
    const from = read.from + ending.length;
    if (from >= to || !bytes.subarray(read.from, from).equals(ending)) return false;
    active.size = active.taken + to - from;
    active.modified = Number.NaN; // not known: the next look at the file is a thorough one
    try {
      this.#takeBytes(active, bytes, from, to);
      return true;
    } catch (error) {
      if (error instanceof RewrittenLog) return false;
      throw error;
    }
  }

  /** The bytes of ranges of the run's text, given in ascending order. Throws `SegmentMoved` and the system's errors. */
  read(ranges: readonly Range[]): Buffer[] {
    return readRanges(this.#bytesOf, ranges);
  }

  /** Makes the next refresh look at everything again. */
  distrust(): void {
    this.#directoryModified = Number.NaN;
  }

  /** Forgets the index and begins again with the next refresh. */
  restart(): void {
    for (const segment of this.#segments) {
      segment.bytes?.close();
      segment.bytes = undefined;
    }
    this.#segments = [];
    this.#index = new RunIndex();
    this.#intake = new LineIntake(this.#index);
    this.distrust();
  }

  close(): void {
    this.#isClosed = true;
    for (const segment of this.#segments) {
      segment.bytes?.close();
      segment.bytes = undefined;
    }
  }

  readonly #bytesOf = (number: number): SegmentBytes => {
    const segment = this.#segments[number];
    if (segment === undefined) throw new RangeError("the run's text has no such place");
    return openSegment(segment);
  };

  /** A last line without its end counts only where nobody is writing it. */
  get #torn(): SkippedLine[] {
    const torn = this.#segments.flatMap(({ file, tail }) => tail.map((line) => ({ ...line, file })));
    if (torn.length === 0 || isBeingWritten(this.directory)) return [];
    return torn;
  }

  async #catchUp(change: Change): Promise<void> {
    let isListed = change !== "any";
    if (isListed && isLong(this.#segments)) isListed = await areClosedUnchanged(this.#segments);
    if (isListed && change === "none") return;
    for (let attempt = 1; !this.#isClosed; attempt++) {
      try {
        if (!isListed) await this.#lookAtAll();
        await checkDoubtful(this.#segments);
        const before = this.#index.rows;
        await this.#takeInAll();
        if (this.#index.rows - before > TRIM_ROWS) this.#index.trim();
        return;
      } catch (error) {
        if (this.#isClosed) return;
        if (attempt === ATTEMPTS) throw error;
        if (error instanceof RewrittenLog || error instanceof RangeError) this.restart();
        else if (!isMoved(error)) throw error;
        this.distrust();
        isListed = false;
      }
    }
  }

  async #lookAtAll(): Promise<void> {
    const modified = statSync(this.directory, { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN;
    const isSettled = Date.now() - modified > SETTLED_MS;
    const listed = await listSegments(this.directory);
    matchSegments(this.#segments, listed);
    this.#directoryModified = isSettled ? modified : Number.NaN;
  }

  async #takeInAll(): Promise<void> {
    await this.#takeInByThreads();
    const waiting = this.#segments.filter(needsIntake);
    // Room for all there is at once: making it for one segment after another copies the index as often.
    let expected = 0;
    for (const segment of waiting) expected += bytesLeft(segment);
    for (const segment of waiting) {
      const before = this.#index.rows;
      await this.#takeIn(segment, expected);
      if (this.#index.rows > before) expected = 0;
    }
  }

  async #takeInByThreads(): Promise<void> {
    const left = (): number => this.#segments.reduce((sum, segment) => sum + bytesLeft(segment), 0);
    while (this.#threads.isWorth(left()) && !this.#isClosed) {
      const isEnd = await this.#threads.take({
        index: this.#index,
        segments: this.#segments,
        takeRest: (segment) => this.#takeIn(segment, 0),
        added: async () => this.#options.partFrozen?.(this),
        isStopped: () => this.#isClosed,
      });
      if (isEnd) return;
      const segment = this.#segments.find(({ isDone }) => !isDone);
      if (segment !== undefined) await this.#takeIn(segment, 0);
    }
  }

  /** @param expected how many bytes are about to come, this segment's and those behind; 0 where there is room for them */
  async #takeIn(segment: FollowedSegment, expected: number): Promise<void> {
    if (segment.isDone) {
      await prepared(openSegment(segment));
      return;
    }
    const isClosed = !segment.active;
    const bytes = openSegment(segment);
    const left = bytes instanceof PlainBytes ? bytes.size - segment.taken : bytesLeft(segment);
    if (left < 0) throw new RewrittenLog(`${segment.file} has become shorter`);
    if (bytes instanceof PlainBytes && left <= CHUNK_BYTES) {
      const { ending, taken } = segment;
      const read = bytes.readLatest(taken - ending.length, ending.length + left);
      requireEnding(segment, read);
      this.#takeBytes(segment, read, ending.length);
    } else {
      if (bytes instanceof PlainBytes)
        requireEnding(
          segment,
          bytes.readLatest(segment.taken - segment.ending.length, segment.ending.length),
        );
      await this.#takeChunks(segment, bytes, expected);
      readEnding(segment);
    }
    if (!isClosed) return;
    segment.isDone = true;
    this.#intake.skipLeft(segment, segment.tail);
    segment.tail = [];
  }

  #takeBytes(segment: FollowedSegment, bytes: Buffer, from = 0, to = bytes.length): void {
    const before = segment.taken;
    segment.tail = to > from ? this.#intake.takeAll(segment, bytes, from, to) : [];
    noteEnding(segment, bytes.subarray(from, from + segment.taken - before));
    if (segment.isUnplaced) settlePlace(segment, this.#segments);
  }

  async #takeChunks(segment: FollowedSegment, bytes: SegmentBytes, expected: number): Promise<void> {
    segment.tail = [];
    let chunks = this.#keeping(bytes.chunks(segment.taken));
    for (;;) {
      try {
        segment.tail = await this.#intake.take(segment, chunks, expected);
        break;
      } catch (error) {
        if (!(error instanceof DamagedText && bytes instanceof GzipBytes)) throw error;
        this.#intake.skipTo(segment, error.at, error.message);
        chunks = this.#keeping(bytes.chunks(error.at, error.passed));
      }
    }
    if (segment.isUnplaced) settlePlace(segment, this.#segments);
  }

  /** The same; between two of them whatever was taken in is whole lines. */
  async *#keeping(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      yield chunk;
      await this.#options.partFrozen?.(this);
    }
  }
}

/** Of its text, about. */
function bytesLeft(segment: FollowedSegment): number {
  if (segment.isDone) return 0;
  return segment.compressed ? segment.size * GZIP_RATIO : segment.size - segment.taken;
}

/** Also where nothing is new, but the segment cannot be read by range yet: what is vast has to be inflated before. */
function needsIntake(segment: FollowedSegment): boolean {
  if (!segment.isDone) return true;
  return segment.compressed && segment.bytes === undefined && segment.members === undefined;
}

/** Whether the error says that files were renamed or replaced meanwhile: look again. */
export function isMoved(error: unknown): boolean {
  if (error instanceof SegmentMoved || isRunReadError(error, "SEGMENT_GONE")) return true;
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

async function prepared(bytes: SegmentBytes): Promise<void> {
  try {
    if (bytes instanceof GzipBytes) await bytes.prepare();
  } catch (error) {
    if (!(error instanceof DamagedText)) throw error; // what comes before the damage can be read
  }
}
