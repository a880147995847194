import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { ACTIVE_SEGMENT_FILE, MANIFEST_FILE, parseSegmentName, TAPE_FILE } from "@llm-sim/events/run";

/** A look at a run's files, in some microseconds. */
export function logAsItIs(directory: string): { key: string; bytes: number } {
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
