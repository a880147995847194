import { join } from "node:path";
import { ACTIVE_SEGMENT_FILE, formatTimestamp, MANIFEST_FILE, TAPE_FILE } from "../layout/index.ts";
import { type RunLoss, readManifest } from "../run/index.ts";
import { nodeDisk } from "./disk.ts";
import { refusalText } from "./errors.ts";
import { HeldLock, type LockMark } from "./held-lock.ts";
import { ManifestFile } from "./manifest-file.ts";
import type { Mishaps } from "./mishap.ts";
import type { Trouble } from "./ring.ts";
import type { Outcome, Unwritten } from "./sink.ts";
import { lossOf } from "./tally.ts";

export interface GivenUp {
  unwritten: Unwritten;
  lock: LockMark | undefined;
  /** What earlier sessions lost. */
  before: RunLoss | undefined;
  toldBefore: number;
  /** What was in files that are gone. */
  lost: Mishaps;
  trouble: Trouble;
  /** Of the active segment; what lies behind them would make a line of what is given up here. */
  countedBytes: number;
  /** Of the tape's whole lines. */
  tapeBytes: number;
}

/**
 * Ends a run whose drain does not come back from the disk: the rest counts as dropped, and run.json says so where that at least
 * can be written.
 *
 * @returns what was refused, where even this was
 */
export function giveUpRun(
  directory: string,
  outcome: Outcome,
  { unwritten, lock, before, toldBefore, lost, trouble, countedBytes, tapeBytes }: GivenUp,
): Trouble | undefined {
  let path = TAPE_FILE;
  try {
    if (lock && !new HeldLock(nodeDisk, lock).isOurs()) return trouble;
    cutTo(join(directory, path), tapeBytes);
    path = ACTIVE_SEGMENT_FILE;
    cutTo(join(directory, path), countedBytes);
    path = MANIFEST_FILE;
    const manifest = readManifest(directory);
    if (!manifest) return undefined;
    const dropped = outcome.dropped + (lost.lost.tally?.dropped ?? 0) + (unwritten.tally?.dropped ?? 0);
    manifest.status = outcome.status;
    manifest.ended_by = outcome.endedBy;
    manifest.calls = outcome.calls;
    manifest.end_time = formatTimestamp(outcome.endTime);
    manifest.counts = {
      ...manifest.counts,
      emitted: outcome.emitted,
      suppressed: outcome.suppressed,
      dropped,
      written: outcome.emitted - outcome.suppressed - dropped,
      pending: 0,
    };
    const { loss: emitter, reported } = outcome;
    manifest.loss = lossOf({ before, toldBefore, emitter, reported, unwritten, lost, dropped, ...trouble });
    new ManifestFile(nodeDisk, directory, false).finish(manifest);
    return undefined;
  } catch (error) {
    return { path, reason: refusalText(error) };
  }
}

function cutTo(path: string, bytes: number): void {
  if (!nodeDisk.exists(path)) return;
  const file = nodeDisk.open(path);
  try {
    if (nodeDisk.size(file) > bytes) nodeDisk.truncate(file, bytes);
  } finally {
    nodeDisk.close(file);
  }
}
