import { statSync } from "node:fs";
import { crc32 } from "node:zlib";
import type { Segment } from "@llm-sim/events/read";
import { GzipBytes, type GzipMember, PlainBytes, SEGMENT_SPAN, type SegmentBytes } from "../log/index.ts";
import type { IntakeState, SkippedLine } from "../run-index/index.ts";

/** A segment as it was last seen, and how far it has been taken in. */
export interface FollowedSegment extends IntakeState {
  path: string;
  compressed: boolean;
  active: boolean;
  inode: number;
  /** Of the file, in bytes. */
  size: number;
  /** Milliseconds since 1970; `NaN` where it is not known. */
  modified: number;
  /** When the file's data or its entry was last changed, which nobody can set. */
  changed: number;
  /** Touched in place without having grown, since its bytes were taken in: whether it still holds them is to be checked. */
  isDoubtful: boolean;
  /** The last bytes that were taken in: who appends leaves them where they are. */
  ending: Buffer;
  /** Its place among the others was not known when it was listed: it had no event yet. */
  isUnplaced: boolean;
  /** Closed and taken in to its end. */
  isDone: boolean;
  /** What follows the last whole line and is no event. */
  tail: readonly SkippedLine[];
  /** `undefined` until something is read of it. */
  bytes: SegmentBytes | undefined;
  /** The table of a compressed segment's members, as it was saved. */
  members: readonly GzipMember[] | undefined;
}

/** A rotation came between listing the segments and opening one: list again. */
export class SegmentMoved extends Error {
  override readonly name = "SegmentMoved";

  constructor(path: string) {
    super(`${path} is another file now`);
  }
}

export function newSegment(listed: Segment, number: number): FollowedSegment {
  const segment: FollowedSegment = {
    file: listed.file,
    path: listed.path,
    compressed: listed.compressed,
    active: listed.active,
    inode: listed.inode,
    size: listed.bytes,
    modified: Number.NaN,
    changed: Number.NaN,
    isDoubtful: false,
    ending: Buffer.alloc(0),
    firstId: undefined,
    firstTime: undefined,
    isUnplaced: listed.first === undefined,
    isDone: false,
    tail: [],
    bytes: undefined,
    members: undefined,
    base: number * SEGMENT_SPAN,
    taken: 0,
    line: 1,
    isOpen: false,
    checksum: 0,
  };
  look(segment);
  return segment;
}

/** Whether a listed file is this segment, be it renamed, or compressed since. */
export function isSame(segment: FollowedSegment, listed: Segment): boolean {
  // An inode alone does not tell: that of a deleted file is given to a new one.
  if (segment.firstId !== undefined && segment.firstId !== listed.first?.event_id) return false;
  if (segment.compressed === listed.compressed) return segment.inode === listed.inode;
  return listed.compressed && segment.firstId !== undefined;
}

/** Takes over the name and form that the segment's file has now. */
export function follow(segment: FollowedSegment, listed: Segment): void {
  const wasCompressed = segment.compressed;
  const isOther = segment.file !== listed.file;
  segment.file = listed.file;
  segment.path = listed.path;
  segment.active = listed.active;
  segment.inode = listed.inode;
  segment.compressed = listed.compressed;
  look(segment, isOther);
  if (segment.bytes === undefined) return;
  if (wasCompressed || !listed.compressed) {
    segment.bytes.renamed(segment.path);
    return;
  }
  if (!(segment.bytes instanceof PlainBytes) || !segment.bytes.isOpen) {
    segment.bytes.close();
    segment.bytes = undefined;
    return;
  }
  // The open file can still be read, though it has no name any more: until the other is ready, and no longer.
  const { bytes: plain } = segment;
  plain.hold();
  const compressed = new GzipBytes(segment.path);
  compressed.prepare().then(
    () => {
      if (segment.bytes !== plain) return compressed.close();
      segment.bytes = compressed;
      plain.close();
    },
    () => compressed.close(),
  );
}

/**
 * Notes the file's size and times; throws `SegmentMoved` where the name means another file by now.
 *
 * @param isRenamed since the last look, which changes a time too
 */
function look(segment: FollowedSegment, isRenamed = false): void {
  const file = statSync(segment.path, { throwIfNoEntry: false });
  if (file?.ino !== segment.inode) throw new SegmentMoved(segment.path);
  const isTouched = file.mtimeMs !== segment.modified || (file.ctimeMs !== segment.changed && !isRenamed);
  const isKnown = !Number.isNaN(segment.modified) && segment.taken > 0;
  if (isKnown && !isRenamed && isTouched && (file.size === segment.size || segment.isDone))
    segment.isDoubtful = true;
  note(segment, file);
}

export function note(
  segment: FollowedSegment,
  file: { size: number; mtimeMs: number; ctimeMs: number },
): void {
  segment.size = file.size;
  segment.modified = file.mtimeMs;
  segment.changed = file.ctimeMs;
}

/** The segment's bytes; throws the system's error, or `SegmentMoved`. */
export function openSegment(segment: FollowedSegment): SegmentBytes {
  segment.bytes ??= opened(segment);
  return segment.bytes;
}

function opened(segment: FollowedSegment): SegmentBytes {
  const bytes = segment.compressed
    ? new GzipBytes(segment.path, segment.members)
    : new PlainBytes(segment.path);
  if (bytes.inode !== segment.inode) {
    bytes.close();
    throw new SegmentMoved(segment.path);
  }
  return bytes;
}

/** Whether a file is, as far as its inode, size and time tell, the one that was seen. */
export function isUnchanged(
  seen: Pick<FollowedSegment, "inode" | "size" | "modified" | "changed">,
  path: string,
): boolean {
  const file = statSync(path, { throwIfNoEntry: false });
  return (
    file?.ino === seen.inode &&
    file.size === seen.size &&
    file.mtimeMs === seen.modified &&
    file.ctimeMs === seen.changed
  );
}

/** Whether the segment still begins with the bytes that were taken in from it: some 0.3 s a gigabyte. */
export async function holdsTaken(segment: FollowedSegment): Promise<boolean> {
  if (segment.checksum === undefined) return false;
  const bytes = opened(segment);
  let checksum = 0;
  let left = segment.taken;
  try {
    for await (const chunk of bytes.chunks(0)) {
      const part = chunk.subarray(0, left);
      checksum = crc32(part, checksum);
      left -= part.length;
      if (left === 0) break;
    }
  } catch {
    return false;
  } finally {
    bytes.close();
  }
  return left === 0 && checksum === segment.checksum;
}

/** So many bytes before those that are read are looked at again. */
const ENDING_BYTES = 64;

/** Keeps the last of the bytes that were taken in. */
export function noteEnding(segment: FollowedSegment, taken: Buffer): void {
  const end =
    taken.length >= ENDING_BYTES ? taken.subarray(-ENDING_BYTES) : Buffer.concat([segment.ending, taken]);
  segment.ending = Buffer.from(end.subarray(-ENDING_BYTES));
}

/** The same, from the file. */
export function readEnding(segment: FollowedSegment): void {
  const length = Math.min(ENDING_BYTES, segment.taken);
  const bytes = openSegment(segment);
  segment.ending =
    bytes instanceof PlainBytes ? Buffer.from(bytes.read(segment.taken - length, length)) : Buffer.alloc(0);
}
