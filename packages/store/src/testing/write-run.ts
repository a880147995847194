import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { closedSegmentName } from "@llm-sim/events/run";

export interface RunFiles {
  /** Lines of each segment; the last is the active one, unless `closed`. */
  segments: readonly (readonly string[])[];
  /** Which segments are compressed (never the active one). */
  isCompressed?: (segment: number) => boolean;
  /** There is no active segment. */
  closed?: boolean;
  /** Lines to a gzip member. */
  memberLines?: number;
  lineEnd?: string;
  /** The last line has its end. */
  terminated?: boolean;
}

/** Writes a run's log as it would lie on disk; names follow the order of the segments. */
export function writeRun(directory: string, files: RunFiles): void {
  const {
    segments,
    isCompressed = () => false,
    closed = false,
    memberLines = 7,
    lineEnd = "\n",
    terminated = true,
  } = files;
  mkdirSync(directory, { recursive: true });
  segments.forEach((lines, number) => {
    const isLast = number === segments.length - 1;
    const end = (index: number): string =>
      isLast && !terminated && index === lines.length - 1 ? "" : lineEnd;
    const whole = lines.map((line, index) => line + end(index));
    const name = closedSegmentName(1_763_882_100_000_000 + number);
    if (isLast && !closed) writeFileSync(join(directory, "events.jsonl"), whole.join(""));
    else if (isCompressed(number))
      writeFileSync(join(directory, `${name}.gz`), gzipMembers(whole, memberLines));
    else writeFileSync(join(directory, name), whole.join(""));
  });
}

/** Gzip members of so many whole lines each, as the writer makes them (there by size). */
export function gzipMembers(lines: readonly string[], perMember: number): Buffer {
  const members: Buffer[] = [];
  for (let at = 0; at < lines.length; at += perMember)
    members.push(gzipSync(lines.slice(at, at + perMember).join("")));
  return Buffer.concat(members);
}
