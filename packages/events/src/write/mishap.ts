import type { LossTally } from "../run/index.ts";
import type { Disk } from "./disk.ts";
import type { Unwritten } from "./sink.ts";
import { addTallies } from "./tally.ts";

/** Something that happened to a file of a run while it was being written, by other hands than the writer's. */
export interface Mishap {
  /** Relative to the run's directory. */
  path: string;
  reason: string;
  /** What of the log went with it. */
  lost?: LossTally | undefined;
}

/** All of one session. */
export interface Mishaps {
  number: number;
  /** The latest of them, oldest first. */
  latest: readonly Mishap[];
  lost: Unwritten;
}

export const NO_MISHAPS: Mishaps = { number: 0, latest: [], lost: { tally: undefined, unreported: 0 } };

// As many as are told of one by one: they fit into the memory that is kept for them.
const MOST_LATEST = 8;

/** Those until now and one more. */
export function withMishap({ number, latest, lost }: Mishaps, mishap: Mishap, unreported: number): Mishaps {
  const tally = addTallies(lost.tally, mishap.lost);
  return {
    number: number + 1,
    latest: [...latest, mishap].slice(-MOST_LATEST),
    lost: { tally, unreported: lost.unreported + unreported },
  };
}

/** The file that took events with it last, and how. */
export function placeOfLoss({ latest }: Mishaps): { path: string; reason: string } | undefined {
  const found = latest.findLast(({ lost }) => lost !== undefined);
  return found && { path: found.path, reason: found.reason };
}

export const DELETED = "it was deleted or renamed while it was being written";
export const REPLACED = "it was replaced by another file while it was being written";
const CUT = "it was cut off while it was being written";

/**
 * What has become of a file that is being written, by its name.
 *
 * @param known its inode, where it is open, and how many bytes were written into it
 * @returns `undefined` where it is as it was left
 */
export function mishapOf(
  disk: Disk,
  path: string,
  known: { inode: number | undefined; bytes: number },
): string | undefined {
  if (known.inode === undefined && known.bytes === 0) return undefined;
  const found = disk.stat(path);
  if (!found) return DELETED;
  if (known.inode !== undefined && found.inode !== known.inode) return REPLACED;
  return found.size < known.bytes ? CUT : undefined;
}

/** Makes room for a file where another one stands in its place: that is not deleted. */
export function setAside(disk: Disk, path: string): void {
  if (!disk.exists(path)) return;
  for (let number = 1; ; number++) {
    const aside = path.replace(/(\.jsonl)?$/, `.replaced-${number}.txt`);
    if (disk.exists(aside)) continue;
    disk.rename(path, aside);
    return;
  }
}

const CHUNK_BYTES = 1024 * 1024;
const NEWLINE = 0x0a;

/** The whole lines within the first so many bytes of an open file, newlines included; each is only lent. */
export function* linesIn(disk: Disk, file: number, bytes: number): Generator<Buffer, void, undefined> {
  let rest: Buffer = Buffer.alloc(0);
  for (let position = 0; position < bytes; ) {
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, bytes - position));
    const read = disk.read(file, chunk, 0, chunk.length, position);
    if (read === 0) return;
    position += read;
    const all = rest.length === 0 ? chunk.subarray(0, read) : Buffer.concat([rest, chunk.subarray(0, read)]);
    let start = 0;
    for (let end = all.indexOf(NEWLINE); end >= 0; end = all.indexOf(NEWLINE, start)) {
      yield all.subarray(start, end + 1);
      start = end + 1;
    }
    rest = all.subarray(start);
  }
}
