import { join } from "node:path";
import { parseSegmentName } from "../layout/index.ts";
import { parseEventLine, piecesOf } from "../line/index.ts";
import {
  ACTIVE_SEGMENT_FILE,
  type ClosedSegment,
  type EventCounts,
  listedBy,
  MANIFEST_FILE,
  newerFormatOf,
  type Provenance,
  type RunLoss,
  type RunManifest,
  runManifestSchema,
  SEGMENTS_FILE,
  TAPE_FILE,
  TAPE_FORMAT_VERSION,
} from "../run/index.ts";
import { type Event, formatTimestamp, type MilestoneEvent, parseTimestamp } from "../schema/index.ts";
import { type Disk, readText, writeWhole } from "./disk.ts";
import { WriteError } from "./errors.ts";
import { type ClosedFile, closedFiles, newestFirst, scanLog } from "./scan-log.ts";
import { beginningOf, type Greatest, raise, type ScannedSegment } from "./scan-segment.ts";
import { type ActiveSegment, EMPTY_SEGMENT } from "./segment-writer.ts";
import { untoldLosses } from "./untold.ts";

/** What a run's directory holds from sessions before. */
export interface RecoveredRun {
  active: ActiveSegment;
  segments: ClosedSegment[];
  counts: EventCounts;
  /** Of all lines, those that are no event included. */
  bytes: number;
  /** Microseconds since 1970 of the first event. */
  startTime: number | undefined;
  /** Behind which all that follows has to stand, where there is any event: the greatest id, time and turn. */
  last: { event_id: string; time: number; turn: number } | undefined;
  /** The milestone that events outside any scope are caused by: the run's start, the open turn, or the last turn's end. */
  openMilestone: string | undefined;
  /** What of earlier sessions is in no segment, as run.json says; `untold` is all of it that the log does not tell of. */
  loss: RunLoss | undefined;
  /** Of what was dropped, all that the log tells of. */
  told: number;
  /** What run.json said besides what the log tells. */
  provenance: Provenance;
  /** The run's simulation_end, where it has one: nothing may follow it. */
  end: MilestoneEvent | undefined;
  /** A session began and never ended. */
  sessionLost: (Torn & { tape?: Torn }) | undefined;
  /** Of the tape, whole lines all; 0 where there is none. */
  tapeBytes: number;
}

const TAPE_HEAD_BYTES = 4096;

/** What stood behind a file's last whole line, and the file where it is now. */
interface Torn {
  torn_bytes: number;
  set_aside?: string;
}

/**
 * Brings a run's directory into a state that can be appended to. A torn last line, of the log and of the tape, is set aside in a
 * file of its own, and what the lines on disk say counts more than what run.json says: the events are those that a reader reads.
 *
 * @throws WriteError RUN_FOREIGN where another tool wrote it, RUN_NEWER where a later version of this one did
 */
export function recoverRun(disk: Disk, directory: string): RecoveredRun {
  const hasManifest = disk.exists(join(directory, MANIFEST_FILE));
  const manifest = hasManifest ? readManifest(disk, directory) : undefined;
  const files = closedFiles(disk, directory);
  const first = refuseForeign(disk, directory, files, hasManifest);
  refuseNewerTape(disk, directory);
  removeHalfCompressed(disk, directory);
  // The tape first: what is on it stays, be there an event that rests on it or not, as these answers are paid for.
  const tape = repairTail(disk, directory, TAPE_FILE, isObject);
  const torn = repairTail(disk, directory, ACTIVE_SEGMENT_FILE, (line) => parseEventLine(line).ok);
  const { segments: listed } = listedBy(listText(disk, directory), manifest);
  const log = scanLog(disk, directory, files, listed);
  const { closed, active } = log;
  let last: Event | undefined;
  let milestone: Event | undefined;
  let greatest: Greatest | undefined;
  for (const scan of newestFirst(disk, directory, log)) {
    last ??= scan.last;
    milestone ??= scan.milestone;
    if (greatest && scan.greatest) raise(greatest, scan.greatest);
    else greatest ??= scan.greatest;
    if (milestone && last) break;
  }
  for (const { scan } of closed) if (greatest && scan?.greatest) raise(greatest, scan.greatest);
  const written = closed.reduce((sum, { segment }) => sum + segment.events, active?.events ?? 0);
  const told = closed.reduce((sum, { scan }) => sum + (scan?.told ?? 0), active?.told ?? 0);
  const untold = untoldLosses(disk, directory, manifest?.loss, manifest?.status === "running");
  // A session that was killed did not come to write what it dropped into run.json; its log may tell.
  const dropped = Math.max(manifest?.counts.dropped ?? 0, told + untold.dropped);
  const suppressed = manifest?.counts.suppressed ?? 0;
  const startTime = first ? parseTimestamp(first.timestamp) : manifest && parseTimestamp(manifest.start_time);
  return {
    active: active ? activeOf(active) : { ...EMPTY_SEGMENT },
    segments: closed.map(({ segment }) => segment),
    counts: { emitted: written + dropped + suppressed, written, dropped, suppressed, pending: 0 },
    bytes: closed.reduce((sum, { segment }) => sum + segment.bytes, active?.bytes ?? 0),
    startTime,
    last: greatest && {
      event_id: greatest.event_id,
      time: parseTimestamp(greatest.timestamp) ?? 0,
      turn: greatest.turn,
    },
    openMilestone: milestone?.event_id ?? closed[0]?.segment.first_event_id ?? first?.event_id,
    loss: manifest?.loss && { ...manifest.loss, told: dropped - untold.dropped, untold: [...untold.losses] },
    told: dropped - untold.dropped,
    provenance: manifest ? { ...manifest } : {},
    end:
      milestone?.event_type === "MILESTONE" && milestone.milestone_type === "simulation_end"
        ? milestone
        : undefined,
    // A session that was closed and lost events said so. A run.json that cannot be read was somebody's all the same.
    sessionLost:
      !wasClosedWithLoss(manifest) && (hasManifest || written > 0 || torn)
        ? { torn_bytes: 0, ...torn, ...(tape && { tape }) }
        : undefined,
    tapeBytes: sizeOf(disk, join(directory, TAPE_FILE)),
  };
}

function sizeOf(disk: Disk, path: string): number {
  return disk.stat(path)?.size ?? 0;
}

/** No part of a JSON object is one. */
function isObject(line: Uint8Array): boolean {
  const value = jsonIn(line);
  return typeof value === "object" && value !== null;
}

function jsonIn(line: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(line).toString("utf8"));
  } catch {
    return undefined;
  }
}

function wasClosedWithLoss(manifest: RunManifest | undefined): boolean {
  return manifest?.loss !== undefined && manifest.status !== "running";
}

function activeOf(scan: ScannedSegment): ActiveSegment {
  return {
    events: scan.events,
    bytes: scan.bytes,
    firstEventId: scan.first?.event_id,
    lastEventId: scan.last?.event_id,
    lastTime: scan.last ? (parseTimestamp(scan.last.timestamp) ?? 0) : 0,
    lastTurn: scan.last?.turn_number ?? 0,
  };
}

/**
 * Before anything is touched: a log whose first event is of another dialect is somebody else's, and so is one of lines
 * that are no events, where there is no run.json either.
 *
 * @returns the run's first event
 */
function refuseForeign(
  disk: Disk,
  directory: string,
  closed: readonly ClosedFile[],
  hasManifest: boolean,
): Event | undefined {
  let first: Event | undefined;
  let unreadable: string | undefined;
  const active = beginningOf(disk, join(directory, ACTIVE_SEGMENT_FILE));
  for (const { name, beginning } of [...closed, { name: ACTIVE_SEGMENT_FILE, beginning: active }]) {
    if (beginning === undefined) continue;
    first ??= beginning.event;
    const { event, dialect, fault } = beginning;
    if (event === undefined && fault !== undefined) unreadable ??= `${name}: ${fault}`;
    if (event !== undefined && dialect !== "native") throw foreign(directory, name);
  }
  if (!first && !hasManifest && unreadable !== undefined) {
    const message = `Run ${directory} holds no event that can be read (${unreadable}) and cannot be continued; choose another id.`;
    throw new WriteError("RUN_FOREIGN", directory, message);
  }
  return first;
}

function foreign(directory: string, name: string): WriteError {
  const message = `Run ${directory} was written by another tool (${name}) and cannot be continued; choose another id.`;
  return new WriteError("RUN_FOREIGN", directory, message);
}

/** By its first line, which is short. */
function refuseNewerTape(disk: Disk, directory: string): void {
  const path = join(directory, TAPE_FILE);
  if (!disk.exists(path)) return;
  const file = disk.openToRead(path);
  const bytes = Buffer.alloc(TAPE_HEAD_BYTES);
  let read: number;
  try {
    read = disk.read(file, bytes, 0, bytes.length, 0);
  } finally {
    disk.close(file);
  }
  const [first] = piecesOf(bytes.subarray(0, Math.max(0, bytes.subarray(0, read).indexOf(0x0a))), 0);
  const newer = first && newerFormatOf(path, jsonIn(first.bytes), TAPE_FORMAT_VERSION);
  if (newer !== undefined) throw new WriteError("RUN_NEWER", directory, `${newer}.`);
}

function readManifest(disk: Disk, directory: string): RunManifest | undefined {
  try {
    const text = readText(disk, join(directory, MANIFEST_FILE));
    if (text === undefined) return undefined;
    const json: unknown = JSON.parse(text);
    const newer = newerFormatOf(join(directory, MANIFEST_FILE), json);
    if (newer !== undefined) throw new WriteError("RUN_NEWER", directory, `${newer}.`);
    return runManifestSchema.safeParse(json).data;
  } catch (error) {
    if (error instanceof WriteError) throw error;
    return undefined; // damaged: the lines on disk say what there is
  }
}

/** What `segments.jsonl` holds, where it can be read: it is made anew where it cannot. */
function listText(disk: Disk, directory: string): string | undefined {
  try {
    return readText(disk, join(directory, SEGMENTS_FILE));
  } catch {
    return undefined;
  }
}

/** What a writer that died in compressing a segment left of it: the segment itself is there, and is compressed anew or stays. */
function removeHalfCompressed(disk: Disk, directory: string): void {
  const ending = ".gz.tmp";
  for (const name of disk.list(directory)) {
    if (!name.endsWith(ending)) continue;
    const plain = name.slice(0, -ending.length);
    if (parseSegmentName(plain) !== undefined && disk.exists(join(directory, plain)))
      disk.remove(join(directory, name));
  }
}

/**
 * Sets what is torn at the end of a file aside: all that stands behind its last newline, or behind the last whole line there;
 * where a whole line, or nothing but blanks, lacks its newline, it gets it.
 */
function repairTail(
  disk: Disk,
  directory: string,
  name: string,
  isWhole: (line: Uint8Array) => boolean,
): Torn | undefined {
  const path = join(directory, name);
  if (!disk.exists(path)) return undefined;
  const file = disk.open(path);
  try {
    const size = disk.size(file);
    const tail = bytesAfterLastNewline(disk, file, size);
    if (tail.length === 0) return undefined;
    const start = size - tail.length;
    const pieces = piecesOf(tail, start);
    const last = pieces.findLast(({ bytes, zeros }) => zeros === undefined && isWhole(bytes));
    const keep = last ? last.offset + last.bytes.length - start : pieces.length > 0 ? 0 : tail.length;
    const torn = tail.subarray(keep);
    if (pieces.at(-1) === last) {
      writeWhole(disk, file, Buffer.from("\n"), size);
      return { torn_bytes: 0 };
    }
    const setAside = freeName(disk, directory);
    const copy = disk.create(join(directory, setAside));
    try {
      writeWhole(disk, copy, torn, 0);
      disk.sync(copy);
    } finally {
      disk.close(copy);
    }
    disk.syncDirectory(directory);
    disk.truncate(file, start + keep);
    if (keep > 0) writeWhole(disk, file, Buffer.from("\n"), start + keep);
    disk.sync(file);
    return { torn_bytes: torn.length, set_aside: setAside };
  } finally {
    disk.close(file);
  }
}

function freeName(disk: Disk, directory: string): string {
  for (let number = 1; ; number++) {
    const name = `torn-line-${number}.txt`;
    if (!disk.exists(join(directory, name))) return name;
  }
}

function bytesAfterLastNewline(disk: Disk, file: number, size: number): Buffer {
  for (let length = Math.min(size, 64 * 1024); ; length = Math.min(size, length * 4)) {
    const bytes = Buffer.alloc(length);
    disk.read(file, bytes, 0, length, size - length);
    const newline = bytes.lastIndexOf(0x0a);
    if (newline >= 0 || length === size) return bytes.subarray(newline + 1);
  }
}

/** Named for the reader of a run's directory. */
export function sessionLostDescription(recovered: RecoveredRun): string {
  const { counts, last } = recovered;
  const when = last ? ` after ${formatTimestamp(last.time)}` : "";
  return `An earlier session ended without closing${when}; ${counts.written} events of it are in the log`;
}
