import { join } from "node:path";
import { isOutOfFiles, readRegular } from "../files/index.ts";
import { type ClosedSegment, MANIFEST_FILE, parseSegmentList, SEGMENTS_FILE } from "../layout/index.ts";
import type { RunManifest } from "./manifest.ts";

/** What a run says of its closed segments, and the file that says so. */
export interface SegmentListing {
  /** `run.json` for a run that was written before there was a `segments.jsonl`. */
  file: typeof SEGMENTS_FILE | typeof MANIFEST_FILE;
  segments: readonly ClosedSegment[];
}

/**
 * The closed segments that a run lists. The files beside the list are what counts: it may be absent, torn or behind them.
 *
 * @param manifest the run's run.json
 */
export function closedSegments(
  runDirectory: string,
  manifest: Pick<RunManifest, "segments"> | undefined,
): SegmentListing {
  let text: string;
  try {
    text = readRegular(join(runDirectory, SEGMENTS_FILE));
  } catch (error) {
    if (isOutOfFiles(error)) throw error;
    return listedBy(undefined, manifest);
  }
  return listedBy(text, manifest);
}

/** @param text what `segments.jsonl` holds, where there is one */
export function listedBy(
  text: string | undefined,
  manifest: Pick<RunManifest, "segments"> | undefined,
): SegmentListing {
  if (text === undefined && manifest?.segments) return { file: MANIFEST_FILE, segments: manifest.segments };
  return { file: SEGMENTS_FILE, segments: parseSegmentList(text ?? "") };
}
