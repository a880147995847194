import { gunzipSync } from "node:zlib";
import { type Event, eventSchema } from "../schema/index.ts";
import type { Disk } from "./disk.ts";

const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;
const MILESTONE = Buffer.from('"event_type":"MILESTONE"');
// turn_number is the only field of varying length before event_type.
const HEAD_BYTES = 160;

/** What recovery needs to know of a segment. */
export interface ScannedSegment {
  events: number;
  bytes: number;
  first: Event | undefined;
  last: Event | undefined;
  /** The last of simulation_start, turn_start, turn_end and simulation_end in it. */
  milestone: Event | undefined;
}

/** Reads a segment once, in constant memory. @returns `undefined` where there is no such file */
export function scanSegment(disk: Disk, path: string): ScannedSegment | undefined {
  if (!disk.exists(path)) return undefined;
  const file = disk.openToRead(path);
  try {
    return scan(chunksOf(disk, file));
  } finally {
    disk.close(file);
  }
}

/** Whether a plain segment begins with a whole line that is no event as this package writes it. */
export function beginsForeign(disk: Disk, path: string): boolean {
  if (!disk.exists(path)) return false;
  const file = disk.openToRead(path);
  try {
    for (const chunk of chunksOf(disk, file)) {
      const end = chunk.indexOf(NEWLINE);
      // No whole line in the first chunk: a torn one, or one of megabytes; the scan will tell.
      return end > 0 && parse(chunk.subarray(0, end)) === undefined;
    }
    return false;
  } finally {
    disk.close(file);
  }
}

/** `scanSegment` of a compressed segment, which is unpacked in memory: only the newest is ever read this way. */
export function scanCompressedSegment(disk: Disk, path: string): ScannedSegment {
  const file = disk.openToRead(path);
  try {
    return scan([gunzipSync(Buffer.concat([...chunksOf(disk, file)]))]);
  } finally {
    disk.close(file);
  }
}

function* chunksOf(disk: Disk, file: number): Generator<Buffer> {
  const size = disk.size(file);
  for (let position = 0; position < size; ) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - position));
    const read = disk.read(file, chunk, 0, chunk.length, position);
    if (read === 0) return;
    position += read;
    yield chunk.subarray(0, read);
  }
}

function scan(chunks: Iterable<Buffer>): ScannedSegment {
  const found: ScannedSegment = {
    events: 0,
    bytes: 0,
    first: undefined,
    last: undefined,
    milestone: undefined,
  };
  let lastLine: Buffer | undefined;
  const take = (line: Buffer) => {
    if (line.length === 0 || (line.length === 1 && line[0] === 0x0d)) return;
    found.events++;
    found.first ??= parse(line);
    if (line.subarray(0, HEAD_BYTES).includes(MILESTONE)) {
      const event = parse(line);
      if (event?.event_type === "MILESTONE" && event.milestone_type !== "phase_transition")
        found.milestone = event;
    }
    lastLine = line;
  };
  let rest = Buffer.alloc(0);
  for (const chunk of chunks) {
    found.bytes += chunk.length;
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      take(bytes.subarray(start, end));
      start = end + 1;
    }
    rest = Buffer.from(bytes.subarray(start));
  }
  if (rest.length > 0) take(rest);
  found.last = lastLine && parse(lastLine);
  return found;
}

function parse(line: Buffer): Event | undefined {
  try {
    return eventSchema.safeParse(JSON.parse(line.toString("utf8"))).data;
  } catch {
    return undefined;
  }
}
