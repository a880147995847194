import { statSync } from "node:fs";
import { join } from "node:path";
import { UTF_16 } from "@llm-sim/events/read";
import {
  type ClosedSegment,
  closedSegments,
  MANIFEST_FILE,
  type RunManifest,
  readManifest,
  SEGMENTS_FILE,
} from "@llm-sim/events/run";
import { EVENT_TYPES, includesLevel, type VerbosityLevel } from "@llm-sim/events/schema";
import { isStoreError, StoreError } from "../../errors.ts";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";

const STATE = EVENT_TYPES.indexOf("STATE");

/** What a run's files say, beside its log, of how it was recorded. */
export interface Recording {
  directory: string;
  /** Absent where another hand wrote the run. */
  manifest: RunManifest | undefined;
  verbosity: VerbosityLevel | undefined;
  /** The closed segments that are listed. */
  segments: readonly ClosedSegment[];
  /** Only some of the events are there, of a log of which, as has been looked, nothing is missing. */
  isExcerpt?: true;
}

interface Known {
  /** Their files' inodes, sizes and times. */
  of: string;
  recording: Recording;
}

/** Reading them takes a hundred times as long as a look at their times; so many runs are remembered. */
const REMEMBERED = 64;
const known = new Map<string, Known>();

/** To be asked before the log is looked at: they never say more than was written by then. */
export function recordingOf(directory: string): Recording {
  const file = markOf(join(directory, MANIFEST_FILE));
  const of = `${file} ${markOf(join(directory, SEGMENTS_FILE))}`;
  const before = known.get(directory);
  if (before?.of === of) return before.recording;
  const manifest = file === undefined ? undefined : readManifest(directory);
  const { segments } = closedSegments(directory, manifest);
  const recording = { directory, manifest, verbosity: manifest?.verbosity, segments };
  known.delete(directory);
  known.set(directory, { of, recording });
  const [oldest] = known.keys();
  if (known.size > REMEMBERED && oldest !== undefined) known.delete(oldest);
  return recording;
}

function markOf(path: string): string | undefined {
  const file = statSync(path, { throwIfNoEntry: false });
  return file && `${file.ino} ${file.size} ${file.mtimeMs}`;
}

/**
 * @throws StoreError INVALID_ARGUMENT where the question needs STATE events and the run has none: reason STATE_NOT_RECORDED, or
 * NO_EVENT_READABLE where none of its lines is an event
 */
export function requireState(view: RunView, recording: Recording, parameter: string): void {
  requireEvents(view, parameter);
  if (isStateRecorded(view, recording)) return;
  const { verbosity } = recording;
  const how =
    verbosity === undefined ? "has no STATE events" : `was recorded at ${verbosity}, which holds no state`;
  throw new StoreError("INVALID_ARGUMENT", `Run ${view.id} ${how}: run it again with verbosity STATE.`, {
    parameter,
    reason: "STATE_NOT_RECORDED",
    verbosity: verbosity ?? null,
    needed_verbosity: "STATE",
  });
}

/** Whether the run's log holds its state; where no run.json says so, whether it has any. */
export function isStateRecorded({ index }: RunView, { verbosity }: Recording): boolean {
  return verbosity === undefined
    ? index.rowsOf(NO_AGENT, STATE).length > 0
    : includesLevel(verbosity, "STATE");
}

/** Where nothing of a log can be read, running it again with another verbosity is no help. */
export function requireEvents(view: RunView, parameter: string): void {
  const [first] = view.skippedLines;
  if (view.index.rows > 0 || first === undefined) return;
  const { file, line, reason } = first;
  const where = reason === UTF_16 ? file : `line ${line} of ${file}`;
  const others = view.skippedCount - 1;
  const more = others === 0 ? "" : ` (and ${others} more ${others === 1 ? "line" : "lines"} of the log)`;
  throw new StoreError(
    "INVALID_ARGUMENT",
    `Run ${view.id} has no event that can be read: ${where}: ${reason}${more}.`,
    { parameter, reason: "NO_EVENT_READABLE", file, line },
  );
}

/** Whether a question failed because the run's verbosity is below STATE. */
export function isStateNotRecorded(error: unknown): error is StoreError {
  return isStoreError(error, "INVALID_ARGUMENT") && error.details.reason === "STATE_NOT_RECORDED";
}
