import { formatTimestamp, parseTimestamp } from "./moment.ts";

/**
 * Of what is written into a run's directory now: run.json, checkpoints and the log beside them say it. Version 1 did not
 * say one.
 */
export const FORMAT_VERSION = 2;

/** Of the tape, which goes by itself: its first line says it. */
export const TAPE_FORMAT_VERSION = 1;

/** Of the list of closed segments, whose first line says it. */
export const SEGMENTS_FORMAT_VERSION = 1;

/** The names inside a run's directory. */
export const MANIFEST_FILE = "run.json";
/** Room that is kept beside run.json while the run is being written. */
export const MANIFEST_SPARE_FILE = `${MANIFEST_FILE}.spare`;
export const SEGMENTS_FILE = "segments.jsonl";
export const ACTIVE_SEGMENT_FILE = "events.jsonl";
export const SUMMARY_FILE = "summary.json";
export const LOCK_FILE = "writer.lock";
export const NOTES_FILE = "notes.jsonl";
export const NOTES_LOCK_FILE = "notes.lock";
export const TAPE_FILE = "tape.jsonl";
export const CHECKPOINT_DIRECTORY = "checkpoints";

const CLOSED_SEGMENT = /^events_(\d{4}-\d{2}-\d{2})_(\d{2})-(\d{2})-(\d{2})-(\d{6})\.jsonl(\.gz)?$/;

/** `1763882100000123` (µs) → `events_2025-11-23_07-15-00-000123.jsonl` */
export function closedSegmentName(microseconds: number): string {
  const stamp = formatTimestamp(microseconds)
    .slice(0, -1)
    .replace("T", "_")
    .replaceAll(":", "-")
    .replace(".", "-");
  return `events_${stamp}.jsonl`;
}

export interface SegmentName {
  /** Microseconds since 1970 of the segment's last event; `undefined` for the active segment. */
  closedAt: number | undefined;
  compressed: boolean;
}

/** Reads a file name; `undefined` where it is no segment of a log. */
export function parseSegmentName(name: string): SegmentName | undefined {
  if (name === ACTIVE_SEGMENT_FILE) return { closedAt: undefined, compressed: false };
  const parts = CLOSED_SEGMENT.exec(name);
  if (!parts) return undefined;
  const [, day, hour, minute, second, fraction, gz] = parts;
  const closedAt = parseTimestamp(`${day}T${hour}:${minute}:${second}.${fraction}Z`);
  return closedAt === undefined ? undefined : { closedAt, compressed: gz !== undefined };
}
