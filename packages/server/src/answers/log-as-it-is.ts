import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { ACTIVE_SEGMENT_FILE, MANIFEST_FILE, parseSegmentName, TAPE_FILE } from "@llm-sim/events/run";

export interface LogAsItIs {
  /** Another where what a run is asked from has changed. */
  key: string;
  /** Bytes of the log and the tape; infinite where it was rotated or compressed, so that its size is none of a small run's. */
  bytes: number;
}

/** A look at a run's files, in some microseconds: what is asked twice meanwhile is asked of the same. */
export function logAsItIs(directory: string): LogAsItIs {
  const [active, tape, manifest, folder] = [ACTIVE_SEGMENT_FILE, TAPE_FILE, MANIFEST_FILE, "."].map((file) =>
    statSync(join(directory, file), { throwIfNoEntry: false }),
  );
  const key = [
    active?.ino,
    active?.size,
    active?.mtimeMs,
    tape?.size,
    manifest?.mtimeMs,
    folder?.mtimeMs,
  ].join();
  const bytes = (active?.size ?? 0) + (tape?.size ?? 0);
  return { key, bytes: hasClosedSegment(directory) ? Number.POSITIVE_INFINITY : bytes };
}

function hasClosedSegment(directory: string): boolean {
  try {
    return readdirSync(directory).some((name) => parseSegmentName(name)?.closedAt !== undefined);
  } catch {
    return false;
  }
}
