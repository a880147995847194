import { isOutOfFiles, openRegularFile, type RegularFile } from "../../files/index.ts";
import { type Line, LineSplitter, MAX_LINE_BYTES, type Position } from "../../line/index.ts";
import { CHUNK_BYTES, gzipChunks, plainChunks } from "./chunks.ts";
import { RunReadError, systemCode } from "./error.ts";
import type { GzipDamage } from "./salvage-gzip.ts";

/** What of a segment is needed to read it. */
export interface SegmentFile {
  file: string;
  path: string;
  compressed: boolean;
  /** Where given, the file must still be this one: while a run is written, a name can come to mean another file. */
  inode?: number;
}

export interface ReadLinesOptions {
  /** A line's beginning, its `next` and `line + 1` for instance; of a compressed segment too, at the cost of inflating what is before. */
  from?: Position;
  /** Longer lines come as damaged. */
  maxLineBytes?: number;
  /** Bytes read at a time, and about a batch's size. */
  chunkBytes?: number;
}

/**
 * A segment's lines in batches, in memory that does not grow with the segment; blank lines are left out.
 * CRLF, a byte order mark and a last line without a newline are understood, and so is gzip of many members: where that
 * is damaged, a damaged line stands for what cannot be had, and what comes before and behind it is read.
 *
 * The lines' bytes are valid until the next batch is asked for.
 *
 * @example
 * for await (const lines of readLines(segment)) {
 *   for (const { bytes, offset, line } of lines) …
 * }
 * @throws RunReadError `SEGMENT_GONE`, before the first batch; `SEGMENT_UNREADABLE`
 */
export async function* readLines(
  segment: SegmentFile,
  options: ReadLinesOptions = {},
): AsyncGenerator<Line[], void, undefined> {
  const { from = { offset: 0, line: 1 }, maxLineBytes = MAX_LINE_BYTES, chunkBytes } = options;
  const splitter = new LineSplitter(from, maxLineBytes);
  for await (const chunk of readChunks(segment, from.offset, chunkBytes)) {
    const lines = "damage" in chunk ? [splitter.damaged(chunk.damage)] : splitter.push(chunk);
    if (lines.length > 0) yield lines;
  }
  const last = splitter.end();
  if (last.length > 0) yield last;
}

/**
 * A segment's bytes from `offset` of the uncompressed text on, as they stand there, and what damage there is in a compressed one. A
 * chunk is valid until the next is asked for.
 *
 * @throws RunReadError as `readLines`
 */
export async function* readChunks(
  segment: SegmentFile,
  offset = 0,
  chunkBytes = CHUNK_BYTES,
): AsyncGenerator<Uint8Array | GzipDamage, void, undefined> {
  const file = await openSegment(segment);
  try {
    yield* (segment.compressed ? gzipChunks : plainChunks)(file, offset, chunkBytes);
  } catch (error) {
    throw unreadable(segment, error);
  } finally {
    await file.close();
  }
}

async function openSegment(segment: SegmentFile): Promise<RegularFile> {
  const gone = (cause?: unknown): RunReadError =>
    new RunReadError(
      "SEGMENT_GONE",
      segment.path,
      `${segment.path} is not there any more: list again`,
      cause,
    );
  let file: RegularFile;
  try {
    file = await openRegularFile(segment.path);
  } catch (error) {
    throw systemCode(error) === "ENOENT" ? gone(error) : unreadable(segment, error);
  }
  try {
    if (segment.inode !== undefined && (await file.stat()).ino !== segment.inode) throw gone();
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

function unreadable(segment: SegmentFile, error: unknown): unknown {
  if (error instanceof RunReadError || systemCode(error) === undefined || isOutOfFiles(error)) return error;
  const what = error instanceof Error ? error.message : String(error);
  return new RunReadError(
    "SEGMENT_UNREADABLE",
    segment.path,
    `${segment.path} cannot be read: ${what}`,
    error,
  );
}
