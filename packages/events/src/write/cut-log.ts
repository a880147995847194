import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { ACTIVE_SEGMENT_FILE, MANIFEST_FILE, SEGMENTS_FILE } from "../layout/index.ts";
import { type Disk, readText, replaceFile, writeWhole } from "./disk.ts";
import { closedFiles } from "./scan-log.ts";

const CHUNK_BYTES = 1024 * 1024;

/** Where a log is cut: behind so many bytes of the lines of a segment, uncompressed. */
export interface CutPlace {
  file: string;
  offset: number;
}

/** What was cut off a log, and the file beside it where it is now. */
export interface CutOff {
  set_aside: string;
  bytes: number;
}

/**
 * Sets aside what stands behind a place of a run's log, in a file of its own, and leaves the log so that it can be appended to.
 * Nothing is taken away before that file is on the medium; whoever dies on the way leaves a log that ends somewhere behind the place.
 *
 * @returns nothing where nothing stood behind it
 */
export function cutLog(disk: Disk, directory: string, place: CutPlace): CutOff | undefined {
  const names = closedFiles(disk, directory).map(({ name }) => name);
  if (disk.exists(join(directory, ACTIVE_SEGMENT_FILE))) names.push(ACTIVE_SEGMENT_FILE);
  const at = names.indexOf(place.file);
  if (at < 0) throw new Error(`${place.file} is no segment of ${directory}`);
  const behind = names.slice(at + 1);
  const set_aside = freeName(disk, directory);
  const path = join(directory, set_aside);
  const copy = disk.create(path);
  let bytes = 0;
  try {
    for (const [index, name] of [place.file, ...behind].entries()) {
      for (const chunk of linesOf(disk, join(directory, name), index === 0 ? place.offset : 0)) {
        writeWhole(disk, copy, chunk, bytes);
        bytes += chunk.length;
      }
    }
    disk.sync(copy);
  } finally {
    disk.close(copy);
  }
  disk.syncDirectory(directory);
  if (bytes > 0) reopen(disk, directory);
  // It would list what is taken away; whoever goes on with the run makes it anew.
  disk.remove(join(directory, SEGMENTS_FILE));
  // Of a segment in both forms the plain one counts: without it, what is cut off would come back with the other.
  for (const name of [place.file, ...behind]) if (bytes > 0) disk.remove(join(directory, `${name}.gz`));
  for (const name of behind.toReversed()) disk.remove(join(directory, name));
  if (bytes === 0) {
    disk.remove(path);
    return undefined;
  }
  shorten(disk, directory, place);
  return { set_aside, bytes };
}

/** What run.json says of the end is not true any more, whoever may die before it is written anew. */
function reopen(disk: Disk, directory: string): void {
  const path = join(directory, MANIFEST_FILE);
  let manifest: unknown;
  try {
    manifest = JSON.parse(readText(disk, path) ?? "");
  } catch {
    return; // damaged: nobody believes it
  }
  if (typeof manifest !== "object" || manifest === null || !("status" in manifest)) return;
  if (manifest.status === "running") return;
  const open = { ...manifest, status: "running", ended_by: undefined, end_time: undefined };
  replaceFile(disk, path, `${JSON.stringify(open, null, 2)}\n`, true);
}

function freeName(disk: Disk, directory: string): string {
  for (let number = 1; ; number++) {
    const name = `cut-${number}.jsonl`;
    if (!disk.exists(join(directory, name))) return name;
  }
}

/** What stands behind so many bytes of a segment's lines. */
function* linesOf(disk: Disk, path: string, offset: number): Generator<Uint8Array> {
  if (path.endsWith(".gz")) {
    yield unpacked(disk, path).subarray(offset);
    return;
  }
  const file = disk.openToRead(path);
  try {
    const size = disk.size(file);
    for (let position = offset; position < size; ) {
      const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, size - position));
      const read = disk.read(file, chunk, 0, chunk.length, position);
      if (read === 0) return;
      position += read;
      yield chunk.subarray(0, read);
    }
  } finally {
    disk.close(file);
  }
}

function unpacked(disk: Disk, path: string): Buffer {
  const file = disk.openToRead(path);
  try {
    const bytes = Buffer.alloc(disk.size(file));
    disk.read(file, bytes, 0, bytes.length, 0);
    return gunzipSync(bytes);
  } finally {
    disk.close(file);
  }
}

/**
 * Takes away what stands behind the place in its segment; one that was closed is then the active one again. It is that before it is
 * shorter: its name as a closed one is its last event's time.
 */
function shorten(disk: Disk, directory: string, { file, offset }: CutPlace): void {
  const path = join(directory, file);
  const active = join(directory, ACTIVE_SEGMENT_FILE);
  const plain = path.endsWith(".gz") ? path.slice(0, -".gz".length) : path;
  if (plain !== path) {
    const lines = unpacked(disk, path);
    if (lines.length === offset) return;
    // Of a segment in both forms the plain one counts.
    replaceFile(disk, plain, lines, true);
    disk.remove(path);
  } else if (disk.stat(path)?.size === offset) return;
  if (plain !== active) disk.rename(plain, active);
  const open = disk.open(active);
  try {
    disk.truncate(open, offset);
    disk.sync(open);
  } finally {
    disk.close(open);
  }
  disk.syncDirectory(directory);
}
