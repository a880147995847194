import { readdirSync } from "node:fs";
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
import {
  type BytesName,
  type FrozenPart,
  PART_ARRAYS,
  type PartArrays,
  type RealsName,
  restoreIndex,
  saveIndex,
  type WordsName,
} from "../run-index/index.ts";
import { type Header, headerSchema, type LogFacts, type SavedSegment } from "./header.ts";
import { logFacts } from "./log-facts.ts";
import { readSidecar, readSidecarHeader, writeSidecar } from "./sidecar-file.ts";

/** Beside the run's log; it can be deleted at any time. */
export const SIDECAR_FILE = "events.index";

/** Keeps what the follower knows beside its run; throws the system's error where that cannot be written. */
export async function saveLog(follower: LogFollower): Promise<void> {
  const { meta, parts } = saveIndex(follower.index);
  const header: Header = {
    facts: logFacts(follower),
    index: meta,
    parts: parts.map(({ summary }) => summary),
    segments: follower.segments.map(savedSegment),
  };
  await writeSidecar(join(follower.directory, SIDECAR_FILE), { header, arrays: arraysOf(parts) });
}

function arraysOf(parts: readonly FrozenPart[]): Record<string, ArrayBufferView> {
  const saved: Record<string, ArrayBufferView> = {};
  for (const [number, { arrays }] of parts.entries()) {
    for (const name of PART_ARRAYS.words) saved[`${number} ${name}`] = arrays.words(name);
    for (const name of PART_ARRAYS.reals) saved[`${number} ${name}`] = arrays.reals(name);
    for (const name of PART_ARRAYS.bytes) saved[`${number} ${name}`] = arrays.bytes(name);
  }
  return saved;
}

/** A part's arrays as they were read. */
class ReadArrays implements PartArrays {
  readonly held: number;
  readonly #arrays: ReadonlyMap<string, ArrayBufferView>;
  readonly #prefix: string;

  constructor(arrays: ReadonlyMap<string, ArrayBufferView>, number: number) {
    this.#arrays = arrays;
    this.#prefix = `${number} `;
    let held = 0;
    for (const [name, array] of arrays) if (name.startsWith(this.#prefix)) held += array.byteLength;
    this.held = held;
  }

  words(name: WordsName): Uint32Array {
    const array = this.#arrays.get(this.#prefix + name);
    return array instanceof Uint32Array ? array : new Uint32Array(0);
  }

  reals(name: RealsName): Float64Array {
    const array = this.#arrays.get(this.#prefix + name);
    return array instanceof Float64Array ? array : new Float64Array(0);
  }

  bytes(name: BytesName): Uint8Array {
    const array = this.#arrays.get(this.#prefix + name);
    return array instanceof Uint8Array ? array : new Uint8Array(0);
  }
}

/**
 * What was kept, checked against the log: a segment whose file is not the very one that was seen (it grew, was copied, or
 * was compressed) must still hold the bytes that were taken in.
 *
 * @returns `undefined` where nothing was kept, it is damaged, or the log is another
 */
export async function loadLog(runDirectory: string): Promise<FollowedLog | undefined> {
  const sidecar = await readSidecar(join(runDirectory, SIDECAR_FILE));
  if (!sidecar) return undefined;
  const header = headerSchema.safeParse(sidecar.header).data;
  if (!header) return undefined;
  const listed = await listSegments(runDirectory);
  const segments: FollowedSegment[] = [];
  for (const saved of header.segments) {
    const file = listed.find(({ first, file: name, inode }) =>
      saved.firstId === undefined
        ? name === saved.file && inode === saved.inode
        : first?.event_id === saved.firstId,
    );
    if (!file) return discard(segments);
    const segment = newSegment(file, segments.length);
    segments.push(segment);
    const { firstId, firstTime, isDone, taken, line, isOpen, checksum } = saved;
    Object.assign(segment, { firstId, firstTime, isDone, taken, line, isOpen, checksum });
    if (isUnchanged(saved, file.path)) segment.members = saved.members;
    else if (!(await holdsTaken(segment))) return discard(segments);
    if (segment.active) readEnding(segment);
  }
  const parts = header.parts.map((summary, number) => ({
    summary,
    arrays: new ReadArrays(sidecar.arrays, number),
  }));
  return { index: restoreIndex(header.index, parts), segments };
}

/** What a list of runs shows, where it was kept and the log has not changed since. */
export async function loadFacts(runDirectory: string): Promise<LogFacts | undefined> {
  const header = headerSchema.safeParse(await readSidecarHeader(join(runDirectory, SIDECAR_FILE))).data;
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
