import { join } from "node:path";
import { ACTIVE_SEGMENT_FILE, formatTimestamp, MANIFEST_FILE } from "../layout/index.ts";
import { readManifest } from "../run/index.ts";
import { nodeDisk, replaceFile } from "./disk.ts";
import type { Outcome } from "./sink.ts";

/**
 * Ends a run whose disk does not take the rest: that counts as dropped, and run.json says so where that at least can be written.
 *
 * @param countedBytes of the active segment; what lies behind them would make a line of what is given up here
 * @returns what the disk said, where it refused even this
 */
export function giveUpRun(
  directory: string,
  outcome: Outcome,
  lost: number,
  countedBytes: number,
): string | undefined {
  try {
    cutTo(join(directory, ACTIVE_SEGMENT_FILE), countedBytes);
    const manifest = readManifest(directory);
    if (!manifest) return undefined;
    const dropped = outcome.dropped + lost;
    manifest.status = outcome.status;
    manifest.ended_by = outcome.endedBy;
    manifest.end_time = formatTimestamp(outcome.endTime);
    manifest.counts = {
      ...manifest.counts,
      emitted: outcome.emitted,
      suppressed: outcome.suppressed,
      dropped,
      written: outcome.emitted - outcome.suppressed - dropped,
      pending: 0,
    };
    const text = `${JSON.stringify(manifest, null, 2)}\n`;
    replaceFile(nodeDisk, join(directory, MANIFEST_FILE), text, false);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
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
