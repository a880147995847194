import type { Gap } from "@llm-sim/api";
import { type ClosedSegment, isBeingWritten } from "@llm-sim/events/run";
import { parseTimestamp } from "@llm-sim/events/schema";
import { SEGMENT_SPAN } from "../../log/index.ts";
import type { RunView } from "../../reader/index.ts";
import type { RunIndex } from "../../run-index/index.ts";
import { isMilestoneBefore } from "../rows/index.ts";
import { anyKind, type Hole, type KnownRun, type Turns, turnRange, turnsText } from "./hole.ts";
import { droppedAsReported } from "./recorded-holes.ts";
import { turnsAround } from "./unreadable-lines.ts";

/** What there is of one segment. */
interface SegmentRows {
  /** Rows of its first and last event, and how many there are. */
  first: number;
  last: number;
  events: number;
}

/** Where the log has less than is said to be written: segments that are missing or cut, events that are not there. */
export function countedHoles(run: KnownRun): Hole[] {
  const { view, recording } = run;
  const { manifest, segments, isExcerpt = false } = recording;
  if (manifest === undefined || isExcerpt) return [];
  const { rows } = view.index;
  const found = segmentRows(view);
  const unreadable = unreadableBySegment(view);
  const numberOf = new Map(view.segments.map(({ file }, number) => [plainName(file), number]));
  const holes: Hole[] = [];
  const seen = new Set<number>();
  let explained = [...unreadable.values()].reduce((sum, lines) => sum + lines, 0);
  /** Rows of the segments so far: where one is missing, it stood behind these. */
  let behind = 0;
  for (const listed of segments) {
    const number = numberOf.get(plainName(listed.file)) ?? segmentOf(view, listed.first_event_id);
    if (number !== undefined) seen.add(number);
    const there = number === undefined ? undefined : found[number];
    const segment = number === undefined ? undefined : view.segments[number];
    const missing = listed.events - (there?.events ?? 0) - (unreadable.get(number ?? -1) ?? 0);
    const isShorter = segment !== undefined && !segment.compressed && segment.size < listed.bytes;
    if (missing > 0 || isShorter) {
      const from = there === undefined ? behind : there.first;
      const to = there === undefined ? behind : there.last + 1;
      holes.push(
        segmentHole(
          view,
          listed,
          segment !== undefined,
          Math.max(missing, 0),
          manifest.counts.written,
          from,
          to,
        ),
      );
      explained += Math.max(missing, 0);
    }
    if (there !== undefined) behind = Math.max(behind, there.last + 1);
  }
  const missing = manifest.counts.written - rows - explained;
  if (missing > 0) {
    const open = found.flatMap((there, number) => (seen.has(number) ? [] : [there.first]));
    const from = Math.min(behind, ...open);
    holes.push(
      hole(view, from, rows, (turns) => ({
        kind: "missing",
        message: `${count(rows)} of the ${count(manifest.counts.written)} events that run.json counts are in the log: ${count(missing)} of ${turns} are missing.`,
        needed: "the log as it was written",
      })),
    );
  }
  return [...beginning(view), ...holes, ...unreported(run)];
}

// The first event of a log stays the first.
const whole = new WeakSet<RunIndex>();

/** Every run begins with its simulation_start. */
function beginning(view: RunView): Hole[] {
  const { index } = view;
  if (index.rows === 0 || whole.has(index)) return [];
  if (isMilestoneBefore(view, 1, "simulation_start")) {
    whole.add(index);
    return [];
  }
  return [
    hole(view, 0, 0, (turns) => ({
      kind: "missing",
      message: `The log does not begin with a simulation_start: what came before its first event, of ${turns}, is missing.`,
      needed: "the log as it was written",
    })),
  ];
}

/** What was dropped, or may have been, without the log saying so: behind its end, where it has none. */
function unreported({ view, recording }: KnownRun): Hole[] {
  const { manifest, directory } = recording;
  if (manifest === undefined) return [];
  const { rows } = view.index;
  if (manifest.status === "running") {
    if (isBeingWritten(directory)) return [];
    return [
      hole(view, rows, rows, () => ({
        kind: "unfinished",
        message:
          "The writer is gone without having closed the run: what it had not written yet is missing at the end.",
        needed: "`llm-sim repair` records the loss",
      })),
    ];
  }
  const { dropped } = manifest.counts;
  const missing = dropped - droppedAsReported(view);
  if (missing <= 0) return [];
  const { loss } = manifest;
  const since = loss === undefined ? undefined : parseTimestamp(loss.first_timestamp);
  // An event that was admitted is never skipped: a log that could not say so any more has lost its tail.
  const unsaid = isMilestoneBefore(view, rows, "simulation_end") ? 0 : rows;
  const from = since === undefined ? unsaid : view.index.order.rowOfTime(since);
  const why = loss === undefined ? "" : ` (${loss.path}: ${loss.reason})`;
  return [
    hole(view, from, rows, (turns) => ({
      kind: "dropped",
      message: `run.json says that ${dropped} events were dropped; of ${missing} of them, of ${turns}, the log does not tell${why}.`,
    })),
  ];
}

function segmentHole(
  view: RunView,
  { file, events, bytes }: ClosedSegment,
  isThere: boolean,
  missing: number,
  written: number,
  from: number,
  to: number,
): Hole {
  const left = `the log has ${count(view.index.rows)} of ${count(written)} events.`;
  return hole(view, from, to, (turns) => ({
    kind: "segment",
    message: !isThere
      ? `The segment ${file} is missing, with ${count(events)} events of ${turns}: ${left}`
      : missing > 0
        ? `The segment ${file} has ${count(events - missing)} of its ${count(events)} events, of ${turns}: ${left}`
        : `The segment ${file}, of ${turns}, is shorter than the ${count(bytes)} bytes that it was closed with.`,
    needed: `${file} as it was written`,
  }));
}

function hole(view: RunView, from: number, to: number, gapOf: (turns: string) => Gap): Hole {
  const turns: Turns = [turnsAround(view, from)[0], turnsAround(view, to)[1]];
  return {
    from,
    to,
    concerns: anyKind,
    gap: { ...gapOf(turnsText(turns)), ...turnRange(turns) },
  };
}

// An index only grows, and is replaced where the log turns out to be another.
const counted = new WeakMap<RunIndex, { rows: number; segments: SegmentRows[] }>();

/** Rows that are still to be counted by segments. */
export function uncountedRows({ index }: RunView): number {
  return index.rows - (counted.get(index)?.rows ?? 0);
}

/** By the segments' numbers. */
function segmentRows(view: RunView): readonly SegmentRows[] {
  return countRows(view, uncountedRows(view));
}

/** Counts the next rows, at most so many. Of an index that follows the log, few of them are looked at. */
export function countRows({ index }: Pick<RunView, "index">, most: number): readonly SegmentRows[] {
  const before = counted.get(index) ?? { rows: 0, segments: [] };
  const { segments } = before;
  const end = Math.min(index.rows, before.rows + most);
  for (let row = before.rows; row < end; ) {
    const number = segmentAt(index, row);
    const next = index.followsLog ? segmentEnd(index, number, row, end) : row + 1;
    const there = segments[number];
    if (there === undefined) segments[number] = { first: row, last: next - 1, events: next - row };
    else {
      there.last = next - 1;
      there.events += next - row;
    }
    row = next;
  }
  counted.set(index, { rows: end, segments });
  return segments;
}

/** The first row behind those of a segment of which `row` is one, at most `end`. */
function segmentEnd(index: RunIndex, number: number, row: number, end: number): number {
  if (segmentAt(index, end - 1) === number) return end;
  let [low, high] = [row + 1, end - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (segmentAt(index, middle) === number) low = middle + 1;
    else high = middle;
  }
  return low;
}

function segmentAt(index: RunIndex, row: number): number {
  return Math.floor(index.columns.address(row) / SEGMENT_SPAN);
}

function unreadableBySegment(view: RunView): Map<number, number> {
  const lines = new Map<number, number>();
  for (const stretch of view.unreadable())
    lines.set(stretch.segment, (lines.get(stretch.segment) ?? 0) + stretch.events);
  return lines;
}

/** A segment that has another name than it was closed with, by its first event. */
function segmentOf({ index }: RunView, firstEventId: string): number | undefined {
  const row = index.find(firstEventId);
  return row < 0 ? undefined : segmentAt(index, row);
}

function count(value: number): string {
  return value.toLocaleString("en-US");
}

function plainName(file: string): string {
  return file.replace(/\.gz$/, "");
}
