import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { parseEventLine } from "../../line/index.ts";
import {
  ACTIVE_SEGMENT_FILE,
  leadsAstray,
  MANIFEST_FILE,
  newerFormat,
  parseSegmentName,
} from "../../run/index.ts";
import { isRunReadError, RunReadError, systemCode } from "./error.ts";
import { readLines } from "./read-lines.ts";

/** A segment's first event: by its time segments are put in order, by its id one is known again under another name. */
export interface SegmentKey {
  timestamp: string;
  event_id: string;
}

export interface Segment {
  /** Its name in the run's directory. */
  file: string;
  path: string;
  compressed: boolean;
  /** Whether it is `events.jsonl`, the one that is written to. */
  active: boolean;
  /** The file's size when it was listed. */
  bytes: number;
  inode: number;
  /** Of its first event; `undefined` where it has none. */
  first: SegmentKey | undefined;
}

/** Enough for the first event of nearly every segment. */
const PEEK_BYTES = 64 * 1024;
/** Listing meets a rotation rarely, and two of them never, unless segments last milliseconds. */
const ATTEMPTS = 20;

/**
 * The segments of a run, ordered by the time of their first event, then by name, the active one last; those without any
 * event come last of all.
 * Of a closed segment in both forms, `.jsonl` and `.jsonl.gz`, the first counts. A run that has written nothing yet
 * has none. A symbolic link is followed inside the directory that holds the run, and refused where it leads out of it.
 *
 * @throws RunReadError `NOT_A_RUN`, `FORMAT_NEWER`; `SEGMENT_UNREADABLE` for a link that leads out
 */
export async function listSegments(runDirectory: string): Promise<Segment[]> {
  const newer = newerFormat(runDirectory);
  if (newer !== undefined) throw new RunReadError("FORMAT_NEWER", runDirectory, newer);
  // A rotation during the listing would hide a segment: list until nothing has changed meanwhile.
  for (let attempt = 1; ; attempt++) {
    const segments = await listOnce(runDirectory);
    if (segments && (attempt === ATTEMPTS || (await isStill(runDirectory, segments)))) {
      return segments.toSorted(inOrder);
    }
    if (attempt >= ATTEMPTS) {
      const message = `${runDirectory} changes faster than it can be listed: try again`;
      throw new RunReadError("SEGMENT_GONE", runDirectory, message);
    }
  }
}

function inOrder(left: Segment, right: Segment): number {
  if (left.first && right.first && left.first.timestamp !== right.first.timestamp)
    return left.first.timestamp < right.first.timestamp ? -1 : 1;
  if ((left.first === undefined) !== (right.first === undefined)) return left.first ? -1 : 1;
  return byName(left, right);
}

/** The active segment follows the closed ones. */
function byName(left: Segment, right: Segment): number {
  if (left.active !== right.active) return left.active ? 1 : -1;
  return left.file < right.file ? -1 : 1;
}

/** `undefined` where a file went away meanwhile. */
async function listOnce(runDirectory: string): Promise<Segment[] | undefined> {
  const segments: Segment[] = [];
  for (const file of await segmentFiles(runDirectory)) {
    const path = join(runDirectory, file);
    const compressed = parseSegmentName(file)?.compressed ?? false;
    try {
      const { size, ino } = await stat(path);
      const first = await firstKey({ file, path, compressed, inode: ino });
      segments.push({
        file,
        path,
        compressed,
        active: file === ACTIVE_SEGMENT_FILE,
        bytes: size,
        inode: ino,
        first,
      });
    } catch (error) {
      if (systemCode(error) === "ENOENT" || isRunReadError(error, "SEGMENT_GONE")) return undefined;
      throw error;
    }
  }
  return segments;
}

async function isStill(runDirectory: string, segments: readonly Segment[]): Promise<boolean> {
  const now = await segmentFiles(runDirectory);
  if (now.length !== segments.length || now.some((file, index) => file !== segments[index]?.file))
    return false;
  const active = segments.find((segment) => segment.active);
  return active === undefined || (await stat(active.path).catch(() => undefined))?.ino === active.inode;
}

/** Names of the segments' files, sorted. */
async function segmentFiles(runDirectory: string): Promise<string[]> {
  const notARun = (why: string, cause?: unknown): RunReadError =>
    new RunReadError("NOT_A_RUN", runDirectory, `${runDirectory} is not a run: ${why}`, cause);
  const entries = await readdir(runDirectory, { withFileTypes: true }).catch((error: unknown) => {
    const code = systemCode(error);
    if (code === "ENOENT") throw notARun("there is no such directory", error);
    if (code === "ENOTDIR") throw notARun("it is a file", error);
    throw error;
  });
  const root = dirname(resolve(runDirectory));
  const files = entries
    .filter((entry) => (entry.isFile() || entry.isSymbolicLink()) && parseSegmentName(entry.name))
    .map(({ name }) => name);
  for (const { name } of entries.filter((entry) => entry.isSymbolicLink() && files.includes(entry.name))) {
    const path = join(runDirectory, name);
    const reason = leadsAstray(path, root);
    if (reason !== undefined) throw new RunReadError("SEGMENT_UNREADABLE", path, `${path}: ${reason}`);
  }
  if (files.length === 0 && !existsSync(join(runDirectory, MANIFEST_FILE))) {
    throw notARun(`it holds neither ${MANIFEST_FILE} nor ${ACTIVE_SEGMENT_FILE}`);
  }
  const plain = new Set(files.filter((file) => !file.endsWith(".gz")));
  return files
    .filter((file) => !(file.endsWith(".gz") && plain.has(file.slice(0, -".gz".length))))
    .toSorted();
}

async function firstKey(segment: Pick<Segment, "file" | "path" | "compressed" | "inode">) {
  for await (const lines of readLines(segment, { chunkBytes: PEEK_BYTES })) {
    for (const { bytes } of lines) {
      const parsed = parseEventLine(bytes);
      if (!parsed.ok) continue;
      return { timestamp: parsed.event.timestamp, event_id: parsed.event.event_id };
    }
  }
  return undefined;
}
