import { availableParallelism } from "node:os";
import { PlainBytes } from "../log/index.ts";
import { turns } from "../pace/index.ts";
import type { RunIndex, ScannedRows } from "../run-index/index.ts";
import {
  joinedChecksum,
  type ScannedPiece,
  STRETCH_BYTES,
  scanInThreads,
  stretchesOf,
} from "../scan/index.ts";
import { type FollowedSegment, openSegment, readEnding } from "./followed-segment.ts";
import { requireEnding } from "./same-log.ts";

/** Less text than this, in bytes, is scanned sooner than threads have started. */
export const WORTH_THREADS = 48 * 1024 * 1024;
/** More than these wait for the one that puts together what they have scanned. */
const MOST_THREADS = 4;
/** A log that is so often not as this project writes it is not tried again. */
const MOST_REFUSALS = 3;

/** What was taken in of it stands where it stood. Throws RewrittenLog. */
function requireSame(segment: FollowedSegment): void {
  const { ending, taken } = segment;
  if (ending.length === 0) return;
  const bytes = openSegment(segment);
  if (bytes instanceof PlainBytes)
    requireEnding(segment, bytes.readLatest(taken - ending.length, ending.length));
}

export interface Intake {
  index: RunIndex;
  segments: readonly FollowedSegment[];
  /** Takes in what is left of a segment, in order. */
  takeRest(segment: FollowedSegment): Promise<void>;
  /** Called when a part has been added. */
  added(): Promise<void>;
  isStopped(): boolean;
}

/** Takes in a log with several threads, each of which scans a stretch of it into a part of the index, as far as that can be done. */
export class ThreadedIntake {
  readonly #threads: number;
  readonly #least: number;
  readonly #stretch: number;
  readonly #scan: typeof scanInThreads;
  #refusals = 0;

  /**
   * @param least bytes of text that are worth it
   * @param stretch bytes of text that are scanned at a time
   * @param scan how
   */
  constructor({
    threads = Math.min(availableParallelism(), MOST_THREADS),
    least = WORTH_THREADS,
    stretch = STRETCH_BYTES,
    scan = scanInThreads,
  } = {}) {
    this.#scan = scan;
    this.#threads = threads;
    this.#least = least;
    this.#stretch = stretch;
  }

  /** @param bytes of text that have not been taken in, about */
  isWorth(bytes: number): boolean {
    return bytes >= this.#least && this.#threads > 1 && this.#refusals < MOST_REFUSALS;
  }

  /**
   * What it leaves is to be taken in order: a last line without its end, and all that stands behind a stretch in which something is
   * amiss. To be called again once that segment has been.
   *
   * @returns whether it came to the end
   */
  async take(intake: Intake): Promise<boolean> {
    const { segments } = intake;
    const left = segments.filter(({ isDone }) => !isDone);
    // A line that was taken before its end came is to be closed first.
    if (left[0]?.isOpen === true) return false;
    for (const segment of left) requireSame(segment);
    const stretches = stretchesOf(left, this.#stretchOf(left));
    for await (const { pieces, reply } of this.#scan(stretches, this.#threads)) {
      if (intake.isStopped()) return true;
      const first = segments.findIndex(({ base }) => base === pieces[0]?.base);
      for (const segment of segments.slice(0, first)) if (!segment.isDone) await intake.takeRest(segment);
      if (reply.kind === "part") {
        if (!this.#add(intake, reply.pieces, reply.rows)) return this.#refused();
        await intake.added();
        // Taking over a part holds the loop for 10 to 30 ms, and several may have come: others get their turn in between.
        await turns.next();
      } else if (reply.kind === "refused") return this.#refused();
      else if (segments[first] !== undefined && reply.members !== undefined)
        segments[first].members = reply.members;
    }
    return true;
  }

  /** Alike for all threads, so that they end together. */
  #stretchOf(left: readonly FollowedSegment[]): number {
    const bytes = left.reduce((sum, { size, taken }) => sum + Math.max(0, size - taken), 0);
    const rounds = Math.max(1, Math.ceil(bytes / (this.#stretch * this.#threads)));
    return Math.min(this.#stretch, Math.ceil(bytes / (rounds * this.#threads)) + 1);
  }

  #refused(): boolean {
    this.#refusals++;
    return false;
  }

  #add({ index, segments }: Intake, pieces: readonly ScannedPiece[], rows: ScannedRows): boolean {
    const scanned = pieces.map((piece) => ({
      piece,
      segment: segments.find(({ base }) => base === piece.base),
    }));
    if (scanned.some(({ piece, segment }) => segment?.taken !== piece.from)) return false;
    const linesBefore = new Map(scanned.map(({ segment }) => [segment?.file, (segment?.line ?? 1) - 1]));
    if (!index.addScanned(rows, ({ file, line }) => line + (linesBefore.get(file) ?? 0))) return false;
    for (const { piece, segment } of scanned) {
      if (segment === undefined) continue;
      segment.taken = piece.to;
      segment.line += piece.lines;
      if (segment.checksum !== undefined)
        segment.checksum = joinedChecksum(segment.checksum, piece.checksum, piece.to - piece.from);
      segment.firstId ??= piece.firstId;
      segment.firstTime ??= piece.firstTime;
      // A compressed segment's table of members comes at its end; it is not opened before.
      if (!segment.compressed) readEnding(segment);
    }
    return true;
  }
}
