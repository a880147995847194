import { join } from "node:path";
import { ACTIVE_SEGMENT_FILE, formatTimestamp, TAPE_FILE } from "../layout/index.ts";
import type { Disk } from "./disk.ts";
import { DELETED } from "./mishap.ts";
import { publishTape } from "./progress.ts";
import type { Refusals } from "./refusals.ts";
import type { RunRecord } from "./run-record.ts";
import type { SegmentList } from "./segment-list.ts";
import type { ActiveSegment, SegmentWriter } from "./segment-writer.ts";
import type { TapeFile } from "./tape-file.ts";

/** How often a drain without work looks after its files: what happens to them is noticed within a second. */
export const LOOK_MS = 250;

/** What of a run is looked after, and who is told. */
export interface Watched {
  segments: SegmentWriter;
  tape: TapeFile;
  list: SegmentList;
  record: RunRecord;
  refusals: Refusals;
  control: Int32Array;
}

/** Notices what other hands do to the files of a run while it is being written, and has it counted and told. */
export class FileWatch {
  readonly #disk: Disk;
  readonly #directory: string;
  /** Of the run, in microseconds since 1970. */
  readonly #startTime: number;
  readonly #segments: SegmentWriter;
  readonly #tape: TapeFile;
  readonly #list: SegmentList;
  readonly #record: RunRecord;
  readonly #refusals: Refusals;
  readonly #control: Int32Array;
  #lookedAt = 0;
  #lookedBehindAt = 0;

  constructor(disk: Disk, directory: string, startTime: number, watched: Watched) {
    this.#disk = disk;
    this.#directory = directory;
    this.#startTime = startTime;
    this.#segments = watched.segments;
    this.#tape = watched.tape;
    this.#list = watched.list;
    this.#record = watched.record;
    this.#refusals = watched.refusals;
    this.#control = watched.control;
  }

  /** Whether it is time to look without being asked to. */
  get isDue(): boolean {
    return performance.now() - this.#lookedAt > LOOK_MS;
  }

  /**
   * Looks after the files that are being written, before each write: what goes into one that is gone by its name is in no log, and
   * behind a place where one was cut off it would leave a hole.
   *
   * @returns whether something has happened to one
   */
  look(): boolean {
    this.#lookedAt = performance.now();
    const number = this.#record.mishaps;
    const isTime = this.#lookedAt > this.#lookedBehindAt + LOOK_MS;
    if (isTime) this.#lookedBehindAt = this.#lookedAt;
    const since = { time: this.#startTime, turn: 0 };
    const { active } = this.#segments;
    const found = this.#segments.look(since);
    const isEmptied = !this.#record.isStale && (isTime || found) && !this.#record.isThere;
    if (isEmptied) this.#record.wasRemoved();
    if (isTime) this.#list.look();
    this.#refusals.at(TAPE_FILE, () => {
      const reason = this.#tape.look();
      if (reason === undefined) return;
      publishTape(this.#control, this.#tape.wholeBytes);
      this.#record.happened({ path: TAPE_FILE, reason });
    });
    if (isEmptied) this.#lookForClosed(since, active);
    if (found)
      this.#record.lostFile({ path: ACTIVE_SEGMENT_FILE, reason: found.reason }, found.lost, found.bytes);
    return number !== this.#record.mishaps;
  }

  /** Before this session has written a run.json, one that is missing may have gone with the segments that were found. */
  lookBehindRecovery(): void {
    if (this.#list.segments.length === 0 || this.#record.isThere) return;
    this.#lookForClosed({ time: this.#startTime, turn: 0 }, this.#segments.active);
  }

  /** Where the directory was removed, or emptied, more is gone than what was being written. */
  #lookForClosed(since: { time: number; turn: number }, { lastTime, lastTurn }: ActiveSegment): void {
    const exists = (file: string) => this.#disk.exists(join(this.#directory, file));
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
    this.#record.lostFile({ path, reason }, { tally, unreported: 0 }, bytes);
  }
}
