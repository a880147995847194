import { readdirSync, statSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { listSegments } from "@llm-sim/events/read";
import { parseSegmentName } from "@llm-sim/events/run";
import {
  type FollowedLog,
  type FollowedSegment,
  holdsTaken,
  isUnchanged,
  type LogFollower,
  newSegment,
  readEnding,
} from "../follow/index.ts";
import { GzipBytes } from "../log/index.ts";
import { turns } from "../pace/index.ts";
import { PART_ARRAYS, type PartArrays, restoreIndex, saveIndex } from "../run-index/index.ts";
import { ArrayCache, type KeptArray } from "./array-cache.ts";
import type { LogFacts, SavedPart, SavedSegment } from "./header.ts";
import { readHeader, writeHeader } from "./header-file.ts";
import { INDEX_FILE, isIndexFile, partFileName } from "./index-files.ts";
import { logFacts } from "./log-facts.ts";
import { DamagedIndex, PartFile } from "./part-file.ts";
import { writePart } from "./write-part.ts";

/** Whoever writes a file of an index comes to name it in the header within so many milliseconds, unless it has ended. */
const UNNAMED_MS = 600_000;
/** A run that grows is kept anew now and then: an index that is not whole after so many looks is damaged. */
const LOAD_ATTEMPTS = 3;

/**
 * Keeps what the follower knows beside its run: the parts that are in no file yet, then the header, which names all of them. Whoever
 * reads meanwhile has what was there before. Parts that no longer change are read from their files from then on. Throws the system's error
 * where they cannot be written.
 */
export async function saveLog(follower: LogFollower, cache: ArrayCache): Promise<void> {
  const { directory, index } = follower;
  const { meta, parts } = saveIndex(index);
  const facts = logFacts(follower);
  const segments = follower.segments.map(savedSegment);
  const before = await readHeader(join(directory, INDEX_FILE));
  const saved: SavedPart[] = [];
  for (const part of parts) {
    const { summary, arrays } = part;
    const path = join(directory, partFileName(summary));
    const isKept = arrays instanceof PartFile;
    const seal = isKept ? arrays.seal : await writePart(path, allArrays(arrays));
    saved.push({ ...seal, ...summary });
    if (isKept || !index.frozen.includes(part)) continue;
    part.arrays = new PartFile(path, seal, cache);
    index.forget();
  }
  await writeHeader(join(directory, INDEX_FILE), { facts, index: meta, parts: saved, segments });
  await removeUnnamed(directory, saved, before?.parts ?? []);
}

function allArrays(arrays: PartArrays): [string, KeptArray][] {
  return [
    ...PART_ARRAYS.reals.map((name): [string, KeptArray] => [name, arrays.reals(name)]),
    ...PART_ARRAYS.words.map((name): [string, KeptArray] => [name, arrays.words(name)]),
    ...PART_ARRAYS.bytes.map((name): [string, KeptArray] => [name, arrays.bytes(name)]),
  ];
}

/** What the header named before, and what somebody has left who did not come to name it. */
async function removeUnnamed(
  directory: string,
  parts: readonly SavedPart[],
  before: readonly SavedPart[],
): Promise<void> {
  const named = new Set([INDEX_FILE, ...parts.map(partFileName)]);
  const left = new Set(before.map(partFileName));
  for (const file of await readdir(directory)) {
    if (!isIndexFile(file) || named.has(file)) continue;
    const path = join(directory, file);
    const isOld = async (): Promise<boolean> => Date.now() - (await stat(path)).mtimeMs > UNNAMED_MS;
    if (left.has(file) || (await isOld().catch(() => false))) await rm(path, { force: true });
  }
}

/**
 * What was kept, checked against the log: a segment whose file is not the very one that was seen (it grew, was copied, or
 * was compressed) must still hold the bytes that were taken in.
 *
 * @returns `undefined` where nothing was kept, it is damaged, or the log is another
 */
export async function loadLog(
  runDirectory: string,
  cache = new ArrayCache(Number.POSITIVE_INFINITY),
): Promise<FollowedLog | undefined> {
  for (let attempt = 1; attempt <= LOAD_ATTEMPTS; attempt++) {
    try {
      return await loadNamed(runDirectory, cache);
    } catch (error) {
      // Whoever keeps the run's index, in another thread or process, takes away what its last header named.
      if (!(error instanceof DamagedIndex)) throw error;
    }
  }
  return undefined;
}

/** From the files that the header names now. Throws `DamagedIndex` where one of them is not whole, or gone meanwhile. */
async function loadNamed(runDirectory: string, cache: ArrayCache): Promise<FollowedLog | undefined> {
  const header = await readHeader(join(runDirectory, INDEX_FILE));
  if (header === undefined || !header.parts.every((part) => isThere(runDirectory, part))) return undefined;
  const listed = await listSegments(runDirectory);
  // As `find` would, the first of those that begin alike.
  const byFirst = new Map(listed.toReversed().map((file) => [file.first?.event_id, file]));
  const segments: FollowedSegment[] = [];
  for (const saved of header.segments) {
    if (turns.isDue) await turns.next();
    const file =
      saved.firstId === undefined
        ? listed.find(({ file: name, inode }) => name === saved.file && inode === saved.inode)
        : byFirst.get(saved.firstId);
    if (!file) return discard(segments);
    const segment = newSegment(file, segments.length);
    segments.push(segment);
    const { firstId, firstTime, isDone, taken, line, isOpen, checksum } = saved;
    Object.assign(segment, { firstId, firstTime, isDone, taken, line, isOpen, checksum });
    if (isUnchanged(saved, file.path)) segment.members = saved.members;
    else if (!(await holdsTaken(segment))) return discard(segments);
    if (segment.active) readEnding(segment);
  }
  const parts = header.parts.map(({ bytes, checksum, ...summary }) => ({
    summary,
    arrays: new PartFile(join(runDirectory, partFileName(summary)), { bytes, checksum }, cache),
  }));
  try {
    return { index: restoreIndex(header.index, parts), segments };
  } catch (error) {
    if (error instanceof DamagedIndex) return discard(segments);
    throw error;
  }
}

/** Whether the part's file has the size it was written with; whether it is whole is found out where it is read. */
function isThere(directory: string, part: SavedPart): boolean {
  return statSync(join(directory, partFileName(part)), { throwIfNoEntry: false })?.size === part.bytes;
}

/** What a list of runs shows, where it was kept and the log has not changed since. */
export async function loadFacts(runDirectory: string): Promise<LogFacts | undefined> {
  const header = await readHeader(join(runDirectory, INDEX_FILE));
  if (!header) return undefined;
  const files = readdirSync(runDirectory).filter((name) => parseSegmentName(name) !== undefined);
  const isSame =
    files.length === header.segments.length &&
    header.segments.every((saved) => isUnchanged(saved, join(runDirectory, saved.file)));
  return isSame ? header.facts : undefined;
}

function savedSegment(segment: FollowedSegment): SavedSegment {
  const {
    file,
    inode,
    size,
    modified,
    changed,
    firstId,
    firstTime,
    isDone,
    taken,
    line,
    isOpen,
    checksum,
    bytes,
  } = segment;
  const members = bytes instanceof GzipBytes ? bytes.members : segment.members;
  return {
    file,
    inode,
    size,
    // What is not known is no time that a file has.
    modified: Number.isNaN(modified) ? -1 : modified,
    changed: Number.isNaN(changed) ? -1 : changed,
    firstId,
    firstTime,
    isDone,
    taken,
    line,
    isOpen,
    checksum,
    members: members && [...members],
  };
}

function discard(segments: readonly FollowedSegment[]): undefined {
  for (const { bytes } of segments) bytes?.close();
  return undefined;
}
