import type { Line } from "../../line/index.ts";
import { isRunReadError } from "./error.ts";
import { listSegments, type Segment } from "./list-segments.ts";
import { type ReadLinesOptions, readLines } from "./read-lines.ts";

/** For one segment; more are needed only on a file system whose inode numbers do not last. */
const ATTEMPTS = 20;

export interface LineBatch {
  segment: Segment;
  lines: Line[];
}

/**
 * The lines of all segments of a run in order, a batch at a time. While the run is being written, a segment may be
 * renamed or compressed after it was listed: it is found again under its new name, so that none is left out or read twice.
 *
 * @throws RunReadError
 */
export async function* walkSegments(
  runDirectory: string,
  options: Omit<ReadLinesOptions, "from"> = {},
): AsyncGenerator<LineBatch, void, undefined> {
  let segments = await listSegments(runDirectory);
  let lastRead: Segment | undefined;
  let attempts = 0;
  for (let next = segments.shift(); next; next = segments.shift()) {
    const segment = next;
    try {
      for await (const lines of readLines(segment, options)) yield { segment, lines };
      lastRead = segment;
      attempts = 0;
    } catch (error) {
      if (!isRunReadError(error, "SEGMENT_GONE") || ++attempts > ATTEMPTS) throw error;
      segments = behind(await listSegments(runDirectory), lastRead);
    }
  }
}

/** Those behind the one that was read last, which may have another name and form by now. */
function behind(segments: Segment[], lastRead: Segment | undefined): Segment[] {
  if (!lastRead) return segments;
  const at = segments.findIndex((segment) => isSame(segment, lastRead));
  if (at !== -1) return segments.slice(at + 1);
  const { first } = lastRead;
  if (!first) return [];
  return segments.filter((segment) => !segment.first || segment.first.timestamp > first.timestamp);
}

function isSame(segment: Segment, other: Segment): boolean {
  // Where ids are not unique, two segments may begin with the same one: then the name tells, or the inode of one renamed.
  if (segment.first?.event_id !== other.first?.event_id) return false;
  if (plainName(segment.file) === plainName(other.file))
    return !segment.active || segment.inode === other.inode;
  return other.active && (segment.compressed || segment.inode === other.inode);
}

function plainName(file: string): string {
  return file.endsWith(".gz") ? file.slice(0, -".gz".length) : file;
}
