// Whether a run's log is still the one that was indexed, as far as it can be told without reading all of it again.
import { statSync } from "node:fs";
import { join } from "node:path";
import type { Segment } from "@llm-sim/events/read";
import { ACTIVE_SEGMENT_FILE } from "@llm-sim/events/run";
import { turns } from "../pace/index.ts";
import { RewrittenLog } from "../run-index/index.ts";
import {
  type FollowedSegment,
  follow,
  holdsTaken,
  isSame,
  isUnchanged,
  newSegment,
  note,
} from "./followed-segment.ts";

/** `growth`: the active segment has grown, and nothing else happened; `any`: all is to be looked at. */
export type Change = "none" | "growth" | "any";

/** To look at so many segments takes a millisecond at most. */
const FEW_SEGMENTS = 200;

/**
 * A look at the directory and at each segment, some microseconds; usually nothing but the active one has grown. Where there are
 * many segments, the closed ones are left to `areClosedUnchanged`.
 *
 * @param directoryModified of the directory when all was looked at, in milliseconds; `NaN` where that is not to be trusted
 */
export function peek(
  directory: string,
  directoryModified: number,
  segments: readonly FollowedSegment[],
): Change {
  if (statSync(directory, { throwIfNoEntry: false })?.mtimeMs !== directoryModified) return "any";
  const active = segments.find((segment) => segment.active);
  const file = statSync(active?.path ?? join(directory, ACTIVE_SEGMENT_FILE), { throwIfNoEntry: false });
  if (file?.ino !== active?.inode) return "any";
  if (file === undefined || active === undefined) return "none";
  if (!isLong(segments) && !segments.every(isAsItWas)) return "any";
  const isUntouched = file.mtimeMs === active.modified && file.ctimeMs === active.changed;
  if (file.size === active.size && isUntouched) return "none";
  // Who appends makes the file longer.
  if (file.size === active.size && !Number.isNaN(active.modified)) return "any";
  note(active, file);
  return "growth";
}

/** Whether the log has so many segments that others are let in while they are looked at. */
export function isLong(segments: readonly FollowedSegment[]): boolean {
  return segments.length > FEW_SEGMENTS;
}

/** A look at each closed segment, which nobody has to change. */
export async function areClosedUnchanged(segments: readonly FollowedSegment[]): Promise<boolean> {
  for (const segment of segments) {
    if (!isAsItWas(segment)) return false;
    if (turns.isDue) await turns.next();
  }
  return true;
}

function isAsItWas(segment: FollowedSegment): boolean {
  return segment.active || isUnchanged(segment, segment.path);
}

/**
 * Finds the followed segments again among those that are there now, by whatever names, and takes up those that came.
 *
 * @throws RewrittenLog where one is gone, or one has come before others
 */
export function matchSegments(segments: FollowedSegment[], listed: readonly Segment[]): void {
  const missed = new Set(segments);
  const found: FollowedSegment[] = [];
  for (const [place, file] of listed.entries()) {
    // Nearly always where it was.
    const there = segments[place];
    const known =
      there !== undefined && missed.has(there) && isSame(there, file)
        ? there
        : segments.find((segment) => missed.has(segment) && isSame(segment, file));
    if (known !== undefined) {
      missed.delete(known);
      follow(known, file);
    } else found.push(newSegment(file, segments.length + found.length));
  }
  for (const segment of missed) throw new RewrittenLog(`${segment.file} is gone`);
  segments.push(...found);
  // Rows are in the order of the log: who looks now must have the same as who has followed it.
  if (listed.some(({ file }, place) => segments[place]?.file !== file))
    throw new RewrittenLog("a segment has come before others that were taken in");
}

/** What was touched in place is read again. Throws RewrittenLog where it is not what was taken in. */
export async function checkDoubtful(segments: readonly FollowedSegment[]): Promise<void> {
  for (const segment of segments.filter(({ isDoubtful }) => isDoubtful)) {
    if (!(await holdsTaken(segment))) throw new RewrittenLog(`${segment.file} was written anew`);
    segment.isDoubtful = false;
  }
}

/** What was taken in stands where it stood, as far as its last bytes tell: else the file was written anew. */
export function requireEnding({ ending, file }: FollowedSegment, bytes: Buffer): void {
  if (!bytes.subarray(0, ending.length).equals(ending)) throw new RewrittenLog(`${file} was written anew`);
}

/**
 * A segment that was empty when it was listed is placed by its first event, once it has one.
 *
 * @throws RewrittenLog where it does not stand behind the others: all are to be put in order anew
 */
export function settlePlace(segment: FollowedSegment, segments: readonly FollowedSegment[]): void {
  if (segment.firstTime === undefined) return;
  const { firstTime: begin, active } = segment;
  const number = segments.indexOf(segment);
  const isBehind = segments.every(
    ({ firstTime }, other) =>
      other === number ||
      firstTime === undefined ||
      (other < number && (firstTime < begin || (firstTime === begin && active))),
  );
  if (!isBehind) throw new RewrittenLog(`${segment.file} begins before others that were taken in`);
  segment.isUnplaced = false;
}
