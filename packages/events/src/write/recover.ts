import { join } from "node:path";
import {
  ACTIVE_SEGMENT_FILE,
  type ClosedSegment,
  type EventCounts,
  MANIFEST_FILE,
  type Provenance,
  parseSegmentName,
  type RunManifest,
  runManifestSchema,
} from "../run/index.ts";
import {
  type Event,
  eventSchema,
  formatTimestamp,
  type MilestoneEvent,
  parseTimestamp,
} from "../schema/index.ts";
import { type Disk, readText, writeWhole } from "./disk.ts";
import { WriteError } from "./errors.ts";
import { beginsForeign, type ScannedSegment, scanCompressedSegment, scanSegment } from "./scan-segment.ts";
import { type ActiveSegment, EMPTY_SEGMENT } from "./segment-writer.ts";

/** What a run's directory holds from sessions before. */
export interface RecoveredRun {
  active: ActiveSegment;
  segments: ClosedSegment[];
  counts: EventCounts;
  /** Of all lines. */
  bytes: number;
  /** Microseconds since 1970 of the first event. */
  startTime: number | undefined;
  /** The last event, where there is any. */
  last: { event_id: string; time: number; turn: number } | undefined;
  /** The milestone that events outside any scope are caused by: the run's start, the open turn, or the last turn's end. */
  openMilestone: string | undefined;
  /** What run.json said besides what the log tells. */
  provenance: Provenance;
  /** The run's simulation_end, where it has one: nothing may follow it. */
  end: MilestoneEvent | undefined;
  /** A session began and never ended. */
  sessionLost: { torn_bytes: number; set_aside?: string } | undefined;
}

/**
 * Brings a run's directory into a state that can be appended to. A torn last line is set aside in a file of its own, and
 * what the lines on disk say counts more than what run.json says.
 *
 * @throws WriteError RUN_FOREIGN where another tool wrote it
 */
export function recoverRun(disk: Disk, directory: string): RecoveredRun {
  const manifest = readManifest(disk, directory);
  const names = disk.list(directory).filter((name) => parseSegmentName(name)?.closedAt !== undefined);
  refuseForeign(disk, directory, names);
  const torn = repairTail(disk, directory);
  const closed = names
    .filter((name) => name.endsWith(".jsonl"))
    .map((name) => scanClosed(disk, directory, name, manifest))
    .concat(compressedOf(disk, directory, names, manifest))
    .sort((left, right) => (left.segment.first_event_id < right.segment.first_event_id ? -1 : 1));
  const active = scanSegment(disk, join(directory, ACTIVE_SEGMENT_FILE));
  let last: Event | undefined;
  let milestone: Event | undefined;
  for (const scan of newestFirst(disk, directory, closed, active)) {
    last ??= scan.last;
    milestone = scan.milestone;
    if (milestone && last) break;
  }
  const written = closed.reduce((sum, { segment }) => sum + segment.events, active?.events ?? 0);
  const dropped = manifest?.counts.dropped ?? 0;
  const suppressed = manifest?.counts.suppressed ?? 0;
  const first = closed[0]?.scan?.first ?? (closed.length === 0 ? active?.first : undefined);
  const startTime = first ? parseTimestamp(first.timestamp) : manifest && parseTimestamp(manifest.start_time);
  return {
    active: active ? activeOf(active) : { ...EMPTY_SEGMENT },
    segments: closed.map(({ segment }) => segment),
    counts: { emitted: written + dropped + suppressed, written, dropped, suppressed, pending: 0 },
    bytes: closed.reduce((sum, { segment }) => sum + segment.bytes, active?.bytes ?? 0),
    startTime,
    last: last && {
      event_id: last.event_id,
      time: parseTimestamp(last.timestamp) ?? 0,
      turn: last.turn_number,
    },
    openMilestone: milestone?.event_id ?? closed[0]?.segment.first_event_id ?? first?.event_id,
    provenance: manifest ? { ...manifest } : {},
    end:
      milestone?.event_type === "MILESTONE" && milestone.milestone_type === "simulation_end"
        ? milestone
        : undefined,
    sessionLost: manifest || written > 0 || torn ? { torn_bytes: 0, ...torn } : undefined,
  };
}

interface Closed {
  segment: ClosedSegment;
  scan?: ScannedSegment;
}

function scanClosed(disk: Disk, directory: string, file: string, manifest: RunManifest | undefined): Closed {
  const scan = scanSegment(disk, join(directory, file));
  const listed = manifest?.segments.find((segment) => segment.file === file);
  return closedOf(directory, file, scan, listed);
}

function closedOf(
  directory: string,
  file: string,
  scan: ScannedSegment | undefined,
  listed: ClosedSegment | undefined,
): Closed {
  if (!scan?.first || !scan.last) {
    if (listed) return { segment: listed };
    throw new WriteError(
      "RUN_FOREIGN",
      directory,
      `Segment ${file} of run ${directory} holds no event of this tool: move it away first.`,
    );
  }
  const { events, bytes, first, last } = scan;
  const segment = { file, events, bytes, first_event_id: first.event_id, last_event_id: last.event_id };
  return { segment, scan };
}

/** Compressed segments are not read again where run.json lists them, as it does unless it could not be written or was damaged. */
function compressedOf(
  disk: Disk,
  directory: string,
  names: string[],
  manifest: RunManifest | undefined,
): Closed[] {
  const files = names.filter((name) => name.endsWith(".gz")).map((name) => name.slice(0, -".gz".length));
  return files
    .filter((file) => !names.includes(file))
    .map((file) => {
      const segment = manifest?.segments.find((listed) => listed.file === file);
      if (segment) return { segment };
      return closedOf(directory, file, scanCompressedSegment(disk, join(directory, `${file}.gz`)), undefined);
    });
}

/** Newest first, each read only where the one after it did not tell: the last event, the last milestone. */
function* newestFirst(disk: Disk, directory: string, closed: Closed[], active: ScannedSegment | undefined) {
  if (active) yield active;
  for (const { segment, scan } of closed.toReversed()) {
    yield scan ?? scanCompressedSegment(disk, join(directory, `${segment.file}.gz`));
  }
}

function activeOf(scan: ScannedSegment): ActiveSegment {
  return {
    events: scan.events,
    bytes: scan.bytes,
    firstEventId: scan.first?.event_id,
    lastEventId: scan.last?.event_id,
    lastTime: scan.last ? (parseTimestamp(scan.last.timestamp) ?? 0) : 0,
  };
}

/** Before anything is touched: a plain segment whose first line is no event of ours is somebody else's. */
function refuseForeign(disk: Disk, directory: string, names: string[]): void {
  const plain = names.filter((file) => file.endsWith(".jsonl"));
  for (const name of [...plain, ACTIVE_SEGMENT_FILE]) {
    if (!beginsForeign(disk, join(directory, name))) continue;
    const message = `Run ${directory} was written by another tool (${name}) and cannot be continued; choose another id.`;
    throw new WriteError("RUN_FOREIGN", directory, message);
  }
}

function readManifest(disk: Disk, directory: string): RunManifest | undefined {
  try {
    const text = readText(disk, join(directory, MANIFEST_FILE));
    return text === undefined ? undefined : runManifestSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined; // damaged: the lines on disk say what there is
  }
}

/** Sets a torn last line of the active segment aside; a whole one that lacks its newline gets it. */
function repairTail(disk: Disk, directory: string): { torn_bytes: number; set_aside?: string } | undefined {
  const path = join(directory, ACTIVE_SEGMENT_FILE);
  if (!disk.exists(path)) return undefined;
  const file = disk.open(path);
  try {
    const size = disk.size(file);
    const tail = bytesAfterLastNewline(disk, file, size);
    if (tail.length === 0) return undefined;
    if (isEvent(tail)) {
      writeWhole(disk, file, Buffer.from("\n"), size);
      return { torn_bytes: 0 };
    }
    const setAside = freeName(disk, directory);
    const copy = disk.create(join(directory, setAside));
    try {
      writeWhole(disk, copy, tail, 0);
      disk.sync(copy);
    } finally {
      disk.close(copy);
    }
    disk.truncate(file, size - tail.length);
    disk.sync(file);
    return { torn_bytes: tail.length, set_aside: setAside };
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

function isEvent(line: Buffer): boolean {
  try {
    return eventSchema.safeParse(JSON.parse(line.toString("utf8"))).success;
  } catch {
    return false;
  }
}

/** Named for the reader of a run's directory. */
export function sessionLostDescription(recovered: RecoveredRun): string {
  const { counts, last } = recovered;
  const when = last ? ` after ${formatTimestamp(last.time)}` : "";
  return `An earlier session ended without closing${when}; ${counts.written} events of it are in the log`;
}
