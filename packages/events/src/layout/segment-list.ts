import { SEGMENTS_FORMAT_VERSION } from "./files.ts";

/** A closed segment as `segments.jsonl` lists it; `bytes` is the size of its lines, uncompressed. */
export interface ClosedSegment {
  /** As it was named when it was closed: a `.gz` that came later changes nothing. */
  file: string;
  events: number;
  bytes: number;
  first_event_id: string;
  last_event_id: string;
}

/**
 * The lines of these segments, newlines included.
 *
 * @param isBeginning whether the first of them is the file's: that one says the format's version
 */
export function segmentListText(segments: readonly ClosedSegment[], isBeginning: boolean): string {
  return segments
    .map(({ file, events, bytes, first_event_id, last_event_id }, index) => {
      const version = isBeginning && index === 0 && { format_version: SEGMENTS_FORMAT_VERSION };
      return `${JSON.stringify({ file, events, bytes, first_event_id, last_event_id, ...version })}\n`;
    })
    .join("");
}

/**
 * What a `segments.jsonl` says. It is a help and never the truth: a line that is none, a torn one say, is passed over, of several about one
 * segment the last counts, and a list of a newer format says nothing here.
 */
export function parseSegmentList(text: string): ClosedSegment[] {
  const listed = new Map<string, ClosedSegment>();
  for (const line of text.split("\n")) {
    const value = objectIn(line);
    if (value === undefined) continue;
    const { format_version } = value;
    if (typeof format_version === "number" && format_version > SEGMENTS_FORMAT_VERSION) return [];
    const segment = segmentIn(value);
    if (segment) listed.set(segment.file, segment);
  }
  return [...listed.values()];
}

function objectIn(line: string): Record<string, unknown> | undefined {
  if (!line.startsWith("{")) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function segmentIn(value: Record<string, unknown>): ClosedSegment | undefined {
  const { file, events, bytes, first_event_id, last_event_id } = value;
  if (typeof file !== "string" || typeof first_event_id !== "string" || typeof last_event_id !== "string")
    return undefined;
  if (!isCount(events) || !isCount(bytes)) return undefined;
  return { file, events, bytes, first_event_id, last_event_id };
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
