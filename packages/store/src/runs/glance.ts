import { closeSync, readdirSync, readSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RunSummary } from "@llm-sim/api";
import { codeOf } from "@llm-sim/events/errors";
import { parseEventLine } from "@llm-sim/events/read";
import {
  ACTIVE_SEGMENT_FILE,
  isBeingWritten,
  leadsAstray,
  openRegular,
  parseSegmentName,
  readManifest,
} from "@llm-sim/events/run";
import type { Event } from "@llm-sim/events/schema";
import { endOf, madeIn, nameOf, parentIn } from "./summarize.ts";

/** Holds nearly every last line. */
const TAIL_BYTES = 64 * 1024;

/**
 * A finished run's summary from `run.json` and the log's last line: no index, a dozen looks at the disk. `undefined` where that would
 * not be sure: the run goes on, `run.json` says nothing, or the segments are not those it lists.
 */
export function glance(id: string, directory: string): RunSummary | undefined {
  const manifest = readManifest(directory);
  if (manifest === undefined || manifest.status === "running" || isBeingWritten(directory)) return undefined;
  const files = readdirSync(directory).filter((file) => parseSegmentName(file) !== undefined);
  if (files.some((file) => leadsAstray(join(directory, file), dirname(directory)) !== undefined))
    return undefined;
  const plain = new Set(files.map((file) => file.replace(/\.gz$/, "")));
  const listed = new Set(manifest.segments.map(({ file }) => file.replace(/\.gz$/, "")));
  const active = files.includes(ACTIVE_SEGMENT_FILE);
  if (plain.size !== listed.size + (active ? 1 : 0) || ![...listed].every((file) => plain.has(file)))
    return undefined;
  const sizes = new Map(files.map((file) => [file, statSync(join(directory, file)).size]));
  for (const { file, bytes } of manifest.segments) {
    const size = sizes.get(file.replace(/\.gz$/, ""));
    if (size !== undefined && size !== bytes) return undefined;
  }
  const lastFile =
    active && (sizes.get(ACTIVE_SEGMENT_FILE) ?? 0) > 0
      ? ACTIVE_SEGMENT_FILE
      : manifest.segments.at(-1)?.file;
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
    ...endOf(directory, manifest.status, manifest),
    ...parentIn(manifest),
    ...madeIn(manifest),
    dropped: manifest.counts.dropped,
    bytes: [...sizes.values()].reduce((sum, size) => sum + size, 0),
    segments: plain.size,
  };
}

function lastEvent(path: string): Event | undefined {
  let descriptor: number;
  try {
    descriptor = openRegular(path);
  } catch (error) {
    if (codeOf(error) === "FILE_REFUSED") return undefined;
    throw error;
  }
  try {
    const size = statSync(path).size;
    const buffer = Buffer.alloc(Math.min(size, TAIL_BYTES));
    const count = readSync(descriptor, buffer, 0, buffer.length, size - buffer.length);
    const text = buffer.subarray(0, count);
    if (text[text.length - 1] !== 0x0a) return undefined; // torn, or of another hand
    const start = text.lastIndexOf(0x0a, -2) + 1;
    const parsed = parseEventLine(text.subarray(start, -1));
    return parsed.ok ? parsed.event : undefined;
  } finally {
    closeSync(descriptor);
  }
}
