import { statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { RunSummary } from "@llm-sim/api";
import {
  ACTIVE_SEGMENT_FILE,
  closedSegments,
  isBeingWritten,
  LOCK_FILE,
  listedBy,
  parseSegmentName,
  type RunManifest,
  readKnownManifest,
  SEGMENTS_FILE,
  SUMMARY_FILE,
} from "@llm-sim/events/run";
import { type FoundRun, lookAt } from "./discovery.ts";
import { lastEvent } from "./last-event.ts";
import { endOf, madeIn, nameOf, parentIn, summarizeUnread } from "./summarize.ts";

/**
 * A finished run's summary from `run.json`, `segments.jsonl` and the log's last line: no index, a dozen looks at the disk. `undefined` where that would
 * not be sure: the run goes on, `run.json` says nothing, or the segments are not those that are listed.
 *
 * @param manifest its run.json
 */
export function glance(
  { name: id, directory, files: there, isHere }: FoundRun,
  manifest: RunManifest | undefined,
): RunSummary | undefined {
  if (manifest === undefined || manifest.status === "running" || !isHere) return undefined;
  if (there.includes(LOCK_FILE) && isBeingWritten(directory)) return undefined;
  const files = there.filter((file) => parseSegmentName(file) !== undefined);
  const plain = new Set(files.map((file) => file.replace(/\.gz$/, "")));
  const { segments } = there.includes(SEGMENTS_FILE)
    ? closedSegments(directory, manifest)
    : listedBy(undefined, manifest);
  const listed = new Set(segments.map(({ file }) => file.replace(/\.gz$/, "")));
  const active = files.includes(ACTIVE_SEGMENT_FILE);
  if (plain.size !== listed.size + (active ? 1 : 0) || ![...listed].every((file) => plain.has(file)))
    return undefined;
  const sizes = new Map(files.map((file) => [file, statSync(join(directory, file)).size]));
  for (const { file, bytes } of segments) {
    const size = sizes.get(file.replace(/\.gz$/, ""));
    if (size !== undefined && size !== bytes) return undefined;
  }
  const lastFile =
    active && (sizes.get(ACTIVE_SEGMENT_FILE) ?? 0) > 0 ? ACTIVE_SEGMENT_FILE : segments.at(-1)?.file;
  const last =
    lastFile === undefined || !sizes.has(lastFile) || lastFile.endsWith(".gz")
      ? undefined
      : lastEvent(join(directory, lastFile));
  if (last === undefined) return undefined;
  return {
    id,
    name: nameOf(id, directory, manifest),
    status: manifest.status,
    start_time: manifest.start_time,
    end_time: manifest.end_time ?? last.timestamp,
    event_count: manifest.counts.written,
    turns: last.turn_number,
    verbosity: manifest.verbosity,
    ...endOf(directory, manifest.status, manifest, { last, hasSummary: there.includes(SUMMARY_FILE) }),
    ...parentIn(manifest),
    ...madeIn(manifest),
    dropped: manifest.counts.dropped,
    bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0),
    segments: plain.size,
  };
}

/** What a list says of the run in a directory without reading its log; `undefined` where that would not be sure. */
export function summaryAtAGlance(directory: string): RunSummary | undefined {
  const found = lookAt(dirname(directory), basename(directory));
  if (found === undefined || found.refused !== undefined) return undefined;
  const known = readKnownManifest(directory);
  if (known.newer !== undefined) return summarizeUnread(found.name, directory, known.newer);
  return glance(found, known.manifest);
}
