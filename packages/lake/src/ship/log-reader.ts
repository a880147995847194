import { setTimeout as pause } from "node:timers/promises";
import { isRunReadError, listSegments, readChunks, type SeenIds, type Segment } from "@llm-sim/events/read";
import { isBeingWritten } from "@llm-sim/events/run";
import { type LogRow, SegmentRows } from "../rows/index.ts";

/** A row of the log; where a segment begins, before its first row; or that nothing more is there for now. */
export type ReadRow = LogRow | { kind: "segment"; place: number } | { kind: "idle" };

/** What was shipped of a log is not what stands there now. */
export class LogRewritten extends Error {
  override readonly name = "LogRewritten";
}

export interface ReadLogOptions {
  /** Places of the segments that are known, in their order. */
  starts: readonly number[];
  /** The place to begin at, where a row begins. */
  from: number;
  seen: SeenIds;
  /** Whether to wait for more as long as the run is being written. */
  follow: boolean;
  signal: AbortSignal | undefined;
}

/** Milliseconds between two looks at a log of which nothing more is there. */
const LOOK_AGAIN = 100;
/** A rotation moves a segment once or twice; more often only on file systems whose inode numbers do not last. */
const ATTEMPTS = 20;

/**
 * The rows of a run's log from a place on, over all its segments, whatever they are called by now.
 *
 * @throws LogRewritten where a segment that was begun is another now
 */
export async function* readLog(
  directory: string,
  { starts, from, seen, follow, signal }: ReadLogOptions,
): AsyncGenerator<ReadRow, void, undefined> {
  const known = Math.max(
    0,
    starts.findLastIndex((start) => start <= from),
  );
  let start = starts[known] ?? 0;
  let offset = from - start;
  // Segments whose beginning is told with their first row: as long as there is none, that they are here may change.
  let untold = offset === 0 ? [start] : [];
  for (let index = known; ; index++) {
    let segment = (await listSegments(directory))[index];
    if (segment === undefined) {
      if (!follow || !isBeingWritten(directory)) return;
      yield { kind: "idle" };
      await pause(LOOK_AGAIN, undefined, signal && { signal });
      index--;
      continue;
    }
    const rows = new SegmentRows(start, offset, seen);
    const firstId = segment.first?.event_id;
    let attempts = 0;
    for (;;) {
      // Looked at before the read: what was written up to its end is there then.
      const isOver = !segment.active || !isBeingWritten(directory);
      const before: number = offset;
      try {
        for await (const chunk of readChunks(segment, offset)) {
          if (!("damage" in chunk)) offset += chunk.length;
          for await (const row of rows.push(chunk)) {
            for (const place of untold) yield { kind: "segment", place };
            untold = [];
            yield row;
          }
        }
        attempts = 0;
      } catch (error) {
        if (!isRunReadError(error, "SEGMENT_GONE") || ++attempts > ATTEMPTS) throw error;
        segment = await foundAgain(directory, index, firstId);
        continue;
      }
      if (isOver) break;
      if (!follow) return;
      if (offset > before) continue;
      if (segment.active && (await sizeOf(directory, index)) < offset)
        throw new LogRewritten(`${segment.path} is shorter than it was`);
      yield { kind: "idle" };
      await pause(LOOK_AGAIN, undefined, signal && { signal });
    }
    for await (const row of rows.end()) {
      for (const place of untold) yield { kind: "segment", place };
      untold = [];
      yield row;
    }
    start = rows.place;
    offset = 0;
    untold.push(start);
  }
}

async function foundAgain(directory: string, index: number, firstId: string | undefined): Promise<Segment> {
  const segment = (await listSegments(directory))[index];
  if (segment === undefined || (firstId !== undefined && segment.first?.event_id !== firstId))
    throw new LogRewritten(`${directory} has other segments than it had`);
  return segment;
}

async function sizeOf(directory: string, index: number): Promise<number> {
  return (await listSegments(directory))[index]?.bytes ?? Number.POSITIVE_INFINITY;
}
