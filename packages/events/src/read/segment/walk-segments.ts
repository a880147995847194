import type { Line } from "../../line/index.ts";
import { isRunReadError } from "./error.ts";
import { inOrder, listSegments, type Segment } from "./list-segments.ts";
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
      segments = (await listSegments(runDirectory)).filter((other) => isAfter(other, lastRead));
    }
  }
}

function isAfter(segment: Segment, lastRead: Segment | undefined): boolean {
  if (!lastRead) return true;
  if (!segment.first || !lastRead.first) return lastRead.first !== undefined;
  // It may have another name by now.
  return segment.first.event_id !== lastRead.first.event_id && inOrder(segment, lastRead) > 0;
}
