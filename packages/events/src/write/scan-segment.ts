import { constants, gunzipSync } from "node:zlib";
import { type Dialect, type Line, LineSplitter, MAX_LINE_BYTES, parseEventLine } from "../line/index.ts";
import type { Event } from "../schema/index.ts";
import type { Disk } from "./disk.ts";

const CHUNK_BYTES = 1024 * 1024;
/** Enough for the first event of nearly every segment. */
const PEEK_BYTES = 64 * 1024;

/** What recovery needs to know of a segment. */
export interface ScannedSegment {
  /** That a reader reads: lines that are none, or whose id was met before, are left out. */
  events: number;
  /** Of the lines, uncompressed. */
  bytes: number;
  first: Event | undefined;
  last: Event | undefined;
  /** The last of simulation_start, turn_start, turn_end and simulation_end in it. */
  milestone: Event | undefined;
  /** How many events its warnings say were dropped. */
  told: number;
  /** The greatest of each: a log may hold lines out of order, and nothing that follows may step behind them. */
  greatest: Greatest | undefined;
}

export interface Greatest {
  event_id: string;
  timestamp: string;
  turn: number;
}

/** Tells whether an event's id is met for the first time. */
export type IsNew = (id: string) => boolean;

/** Reads a segment once, in constant memory. @returns `undefined` where there is no such file */
export function scanSegment(disk: Disk, path: string, isNew: IsNew): ScannedSegment | undefined {
  if (!disk.exists(path)) return undefined;
  const file = disk.openToRead(path);
  try {
    return scan(chunksOf(disk, file, CHUNK_BYTES), isNew);
  } finally {
    disk.close(file);
  }
}

/** `scanSegment` of a compressed segment, which is unpacked in memory: only the newest is ever read this way. */
export function scanCompressedSegment(disk: Disk, path: string, isNew: IsNew): ScannedSegment {
  const file = disk.openToRead(path);
  try {
    return scan([gunzipSync(Buffer.concat([...chunksOf(disk, file, CHUNK_BYTES)]))], isNew);
  } finally {
    disk.close(file);
  }
}

/** The events of a segment, compressed or not, as far as they can be read. */
export function* eventsIn(disk: Disk, path: string): Generator<Event> {
  const file = disk.openToRead(path);
  try {
    const chunks = chunksOf(disk, file, CHUNK_BYTES);
    for (const { bytes, damage } of linesOf(path.endsWith(".gz") ? inflated(chunks) : chunks)) {
      const parsed = damage === undefined ? parseEventLine(bytes) : undefined;
      if (parsed?.ok) yield parsed.event;
    }
  } finally {
    disk.close(file);
  }
}

/** How a segment begins. */
export interface SegmentBeginning {
  /** Its first event. */
  event: Event | undefined;
  dialect: Dialect | undefined;
  /** Why the first of the whole lines that are no event is none; `undefined` where the segment begins with its event. */
  fault: string | undefined;
}

/** Reads as far as the first event. @returns `undefined` where there is no such file */
export function beginningOf(disk: Disk, path: string): SegmentBeginning | undefined {
  if (!disk.exists(path)) return undefined;
  const file = disk.openToRead(path);
  try {
    const chunks = chunksOf(disk, file, PEEK_BYTES);
    return beginning(path.endsWith(".gz") ? firstInflated(chunks) : chunks);
  } finally {
    disk.close(file);
  }
}

function beginning(chunks: Iterable<Buffer>): SegmentBeginning {
  let fault: string | undefined;
  for (const { bytes, damage, terminated } of linesOf(chunks)) {
    const parsed = damage === undefined ? parseEventLine(bytes) : { ok: false as const, reason: damage };
    if (parsed.ok) return { event: parsed.event, dialect: parsed.dialect, fault };
    // A torn one alone says nothing of whose hand it was.
    if (terminated) fault ??= parsed.reason;
  }
  return { event: undefined, dialect: undefined, fault };
}

/** What a whole gzip file holds; nothing where it is damaged. */
function inflated(chunks: Iterable<Buffer>): Buffer[] {
  try {
    return [gunzipSync(Buffer.concat([...chunks]))];
  } catch {
    return [];
  }
}

/** What the first bytes of a gzip file hold; nothing where they are damaged. */
function firstInflated(chunks: Iterable<Buffer>): Buffer[] {
  for (const chunk of chunks) {
    try {
      return [gunzipSync(chunk, { finishFlush: constants.Z_SYNC_FLUSH })];
    } catch {
      break;
    }
  }
  return [];
}

function* chunksOf(disk: Disk, file: number, chunkBytes: number): Generator<Buffer> {
  const size = disk.size(file);
  for (let position = 0; position < size; ) {
    const chunk = Buffer.allocUnsafe(Math.min(chunkBytes, size - position));
    const read = disk.read(file, chunk, 0, chunk.length, position);
    if (read === 0) return;
    position += read;
    yield chunk.subarray(0, read);
  }
}

function* linesOf(chunks: Iterable<Buffer>): Generator<Line> {
  const splitter = new LineSplitter({ offset: 0, line: 1 }, MAX_LINE_BYTES);
  for (const chunk of chunks) yield* splitter.push(chunk);
  yield* splitter.end();
}

function scan(chunks: Iterable<Buffer>, isNew: IsNew): ScannedSegment {
  const found: ScannedSegment = {
    events: 0,
    bytes: 0,
    first: undefined,
    last: undefined,
    milestone: undefined,
    told: 0,
    greatest: undefined,
  };
  for (const { bytes, damage } of linesOf(counted(chunks, found))) {
    const parsed = damage === undefined ? parseEventLine(bytes) : undefined;
    if (parsed?.ok && isNew(parsed.event.event_id)) add(found, parsed.event);
  }
  return found;
}

function* counted(chunks: Iterable<Buffer>, found: ScannedSegment): Generator<Buffer> {
  for (const chunk of chunks) {
    found.bytes += chunk.length;
    yield chunk;
  }
}

function add(found: ScannedSegment, event: Event): void {
  found.events++;
  found.first ??= event;
  found.last = event;
  if (event.event_type === "MILESTONE" && event.milestone_type !== "phase_transition") {
    if (found.milestone === undefined || event.timestamp >= found.milestone.timestamp)
      found.milestone = event;
  }
  found.told += droppedIn(event);
  const { event_id, timestamp, turn_number: turn } = event;
  if (found.greatest === undefined) found.greatest = { event_id, timestamp, turn };
  else raise(found.greatest, { event_id, timestamp, turn });
}

function droppedIn(event: Event): number {
  if (event.event_type !== "SYSTEM" || event.status !== "warning" || event.error_type !== "events_dropped")
    return 0;
  const dropped = event.details?.dropped;
  return typeof dropped === "number" ? dropped : 0;
}

/** Makes of `to` what is not less than `other` in anything. */
export function raise(to: Greatest, other: Greatest): void {
  if (other.event_id > to.event_id) to.event_id = other.event_id;
  if (other.timestamp > to.timestamp) to.timestamp = other.timestamp;
  if (other.turn > to.turn) to.turn = other.turn;
}
