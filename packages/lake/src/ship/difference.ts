import { createHash } from "node:crypto";
import {
  idsOf,
  isRunReadError,
  listSegments,
  REPEATED,
  readChunks,
  SeenIds,
  type Segment,
} from "@llm-sim/events/read";
import { TAPE_FILE } from "@llm-sim/events/run";
import type { Lake } from "../connection/index.ts";
import { type EditionKey, RunRows, SegmentRows } from "../rows/index.ts";
import { columnsOf } from "../tables/index.ts";
import { firstOtherByte, sumsOfLog, sumsOfTape } from "./checksums.ts";
import { readLog } from "./log-reader.ts";
import { idsBefore, lastLineOf, lastMarkOf, marksOf, startsOf } from "./marks.ts";
import { readThrough } from "./patient-lake.ts";
import { tapeFile } from "./tape.ts";

/** A rotation moves a segment once or twice while it is read. */
const ATTEMPTS = 20;
const DERIVED = ["edges", "variables", "calls"] as const;

/**
 * Looks whether a run's log and tape, as they are on disk now, begin with what the lake has of them.
 *
 * @param isKnown whether a segment, by its number, or the tape is known to be what was shipped, without reading it
 * @param isOver whether the lake has to have all of them
 * @returns in words, for a message, what is otherwise; `undefined` where nothing is
 */
export async function differenceOf(
  lake: Lake,
  key: EditionKey,
  directory: string,
  isKnown: (which: number | "tape") => boolean,
  isOver: boolean,
): Promise<string | undefined> {
  for (let attempt = 1; ; attempt++) {
    try {
      return (
        (await logDifference(lake, key, directory, isKnown, isOver)) ??
        (isKnown("tape") ? undefined : await tapeDifference(lake, key, directory, isOver))
      );
    } catch (error) {
      if (!isRunReadError(error, "SEGMENT_GONE") || attempt === ATTEMPTS) throw error;
    }
  }
}

async function logDifference(
  lake: Lake,
  key: EditionKey,
  directory: string,
  isKnown: (which: number) => boolean,
  isOver: boolean,
): Promise<string | undefined> {
  const starts = await startsOf(lake, key);
  const segments = await listSegments(directory);
  if (starts.length > segments.length) return "it has fewer segments than it had";
  let isAllKnown = true;
  for (const [index, segment] of segments.entries()) {
    if (isKnown(index)) continue;
    const [start, next] = [starts[index], starts[index + 1]];
    // One that has begun since, of which nothing is there.
    if (start === undefined && !isOver) break;
    isAllKnown = false;
    const from = start ?? 0;
    const rows = sumsOfLog(lake, key, from, start === undefined ? from : (next ?? Number.MAX_SAFE_INTEGER));
    const size = next === undefined ? (isOver ? "shipped" : undefined) : next - from;
    const byte = await firstOtherByte(segment, rows, from, size);
    if (byte !== undefined) return `${segment.file} is another from byte ${byte} on`;
  }
  if (isAllKnown) return undefined;
  return (
    (await lastRowDifference(lake, key, segments, starts)) ??
    (await aheadDifference(lake, key, directory, starts))
  );
}

/** What was the last line and no newline ended may be the beginning of a longer one now. */
async function lastRowDifference(
  lake: Lake,
  key: EditionKey,
  segments: readonly Segment[],
  starts: readonly number[],
): Promise<string | undefined> {
  const last = await lastLineOf(lake, "events", key);
  if (last !== undefined) {
    const row = await rowAt(segments, starts, last.place);
    if (row?.kind !== "event") return "its last event that was shipped is not in it any more";
    const isSame = digestOf(row.line) === last.sha256 && row.ending === last.ending;
    if (!isSame) return "its last event that was shipped is another one now";
  }
  const mark = await lastMarkOf(lake, key);
  if (mark === undefined || mark.place < (last?.place ?? 0)) return undefined;
  const row = await rowAt(segments, starts, mark.place);
  // By itself it is an event.
  if (mark.reason === REPEATED) return undefined;
  const isSame = row?.kind === mark.kind && "bytes" in row && row.bytes.length === mark.length;
  return isSame ? undefined : "what stands behind its last event that was shipped is another thing now";
}

/**
 * Tables are brought up to a place before `events` is: what they have behind its last row has to be what the log's rows behind it come
 * to now. What `marks` has is bytes, which were compared.
 */
async function aheadDifference(
  lake: Lake,
  key: EditionKey,
  directory: string,
  starts: readonly number[],
): Promise<string | undefined> {
  const last = await lastLineOf(lake, "events", key);
  const [from, end] = last === undefined ? [0, 0] : [last.place + 1, last.end];
  const marks = await marksOf(lake, key);
  const ahead = DERIVED.flatMap((table) => {
    const mark = marks.get(table) ?? -1;
    return mark >= from ? [[table, mark] as const] : [];
  });
  if (ahead.length === 0) return undefined;
  const furthest = Math.max(...ahead.map(([, mark]) => mark));
  const rows = new RunRows(key);
  const seen = new SeenIds(() => idsOf(directory), await idsBefore(lake, key, end));
  const reading = readLog(directory, { starts, from: end, seen, follow: false, signal: undefined });
  for await (const row of reading) {
    if (row.kind === "idle" || row.place > furthest) break;
    if (row.kind !== "segment") rows.add(row);
  }
  for (const [table, mark] of ahead) {
    const expected = rows[table].upTo(mark);
    const compared = readThrough(
      async function* () {
        yield await isThere(lake, key, table, [from, mark], expected);
      },
      () => undefined,
    );
    for await (const isSame of compared)
      if (!isSame) return "what stands behind its last event that was shipped is another thing now";
  }
  return undefined;
}

/** Whether a table has exactly these rows from one place to another. */
async function isThere(
  lake: Lake,
  { run, edition }: EditionKey,
  table: (typeof DERIVED)[number],
  [from, mark]: readonly [number, number],
  expected: Uint8Array,
): Promise<boolean> {
  const answer = lake.bytes(
    `SELECT ${columnsOf(table).join(", ")} FROM ${table}
WHERE run = {run:String} AND edition = {edition:UInt32} AND place >= {from:UInt64} AND place <= {mark:UInt64}
ORDER BY place${table === "edges" ? ", cause" : ""} FORMAT RowBinary`,
    { parameters: { run, edition, from, mark } },
  );
  let at = 0;
  let isSame = true;
  for await (const piece of answer) {
    isSame &&= Buffer.compare(piece, expected.subarray(at, at + piece.length)) === 0;
    at += piece.length;
  }
  return isSame && at === expected.length;
}

async function tapeDifference(
  lake: Lake,
  key: EditionKey,
  directory: string,
  isOver: boolean,
): Promise<string | undefined> {
  const last = await lastLineOf(lake, "messages", key);
  if (last === undefined && !isOver) return undefined;
  try {
    const size = isOver || last?.ending === "none" ? "shipped" : undefined;
    const byte = await firstOtherByte(tapeFile(directory), sumsOfTape(lake, key), 0, size);
    return byte === undefined ? undefined : `${TAPE_FILE} is another from byte ${byte} on`;
  } catch (error) {
    if (last === undefined && isRunReadError(error, "SEGMENT_GONE")) return undefined;
    if (isRunReadError(error, "SEGMENT_GONE")) return `${TAPE_FILE} is not there any more`;
    throw error;
  }
}

const digestOf = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

async function rowAt(segments: readonly Segment[], starts: readonly number[], place: number) {
  const at = starts.findLastIndex((each) => each <= place);
  const [segment, start] = [segments[at], starts[at]];
  if (segment === undefined || start === undefined) return undefined;
  const rows = new SegmentRows(start, place - start, new SeenIds(nothing));
  for await (const chunk of readChunks(segment, place - start))
    for await (const row of rows.push(chunk)) return row;
  for await (const row of rows.end()) return row;
  return undefined;
}

async function* nothing(): AsyncGenerator<string, void, undefined> {}
