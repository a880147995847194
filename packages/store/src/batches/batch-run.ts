import { join } from "node:path";
import { parseEventLine } from "@llm-sim/events/read";
import {
  ACTIVE_SEGMENT_FILE,
  isOutOfFiles,
  lastOfRegular,
  type RunBatch,
  type RunManifest,
  readManifest,
} from "@llm-sim/events/run";
import type { Event } from "@llm-sim/events/schema";
import { statusOf } from "../runs/index.ts";
import type { Curves } from "./curve.ts";
import { readSummaryFacts } from "./read-summary.ts";

/** Holds nearly every last line. */
const TAIL_BYTES = 8 * 1024;

/** What is known of a run of a batch. */
export interface BatchRunFacts {
  id: string;
  directory: string;
  batch: RunBatch;
  seed: number | undefined;
  status: ReturnType<typeof statusOf>;
  endedBy: RunManifest["ended_by"];
  endReason: string | undefined;
  startTime: string | undefined;
  endTime: string | undefined;
  turns: number;
  eventCount: number;
  dropped: number;
  refusals: number | undefined;
  failures: number | undefined;
  /** What became of its variables, or why that is not known. */
  curves: Curves | { problem: string };
  /** Characters of its summary that are held. */
  size: number;
}

/** Whether the run came to an end of its own: what it says there is what it came to. */
export function cameToItsEnd({ status, endedBy }: Pick<BatchRunFacts, "status" | "endedBy">): boolean {
  return status === "completed" && endedBy !== "budget";
}

/** How it was cut off, as `unknown` says it: `it failed in turn 3`. */
export function cutOffText({
  status,
  endedBy,
  turns,
}: Pick<BatchRunFacts, "status" | "endedBy" | "turns">): string {
  if (status === "running") return "it is still running";
  if (endedBy === "budget") return `its budget was spent in turn ${turns}`;
  return `it ${status === "failed" ? "failed" : "was interrupted"} in turn ${turns}`;
}

export function knownCurves({ curves }: BatchRunFacts): Curves | undefined {
  return "problem" in curves ? undefined : curves;
}

/** @param room characters of a summary that may be held */
export function readBatchRun(id: string, directory: string, room: number): BatchRunFacts | undefined {
  const manifest = readManifest(directory);
  // A fork goes on from a run of it, and is not what was made together with that.
  if (manifest?.batch === undefined || manifest.parent !== undefined) return undefined;
  const { batch, seed, ended_by: endedBy, start_time: startTime, end_time, counts } = manifest;
  const status = statusOf(directory, manifest, false);
  const summary =
    status === "running" ? { problem: "it is still running" } : readSummaryFacts(directory, room);
  const last = lastEvent(join(directory, ACTIVE_SEGMENT_FILE));
  const facts = "problem" in summary ? undefined : summary;
  return {
    id,
    directory,
    batch,
    seed,
    status,
    endedBy: status === "running" ? undefined : endedBy,
    endReason: endReasonIn(last),
    startTime,
    endTime: status === "running" ? undefined : (end_time ?? last?.timestamp),
    turns: Math.max(facts?.turns ?? 0, last?.turn_number ?? 0),
    eventCount: counts.written,
    dropped: counts.dropped,
    refusals: facts?.refusals,
    failures: facts?.failures,
    curves: "problem" in summary ? summary : summary.curves,
    size: facts?.size ?? 0,
  };
}

function endReasonIn(last: Event | undefined): string | undefined {
  const isEnd = last?.event_type === "MILESTONE" && last.milestone_type === "simulation_end";
  return isEnd && last.description?.trim() !== "" ? last.description : undefined;
}

/** Of the lines that are whole; `undefined` where it takes more of a look: no such file, a very long line. */
function lastEvent(path: string): Event | undefined {
  try {
    const { bytes, size } = lastOfRegular(path, TAIL_BYTES);
    // A line that is being written, or was when its writer was killed, has no end yet.
    const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a));
    const start = whole.lastIndexOf(0x0a) + 1;
    if (start === 0 && bytes.length < size) return undefined;
    const parsed = parseEventLine(whole.subarray(start));
    return parsed.ok ? parsed.event : undefined;
  } catch (error) {
    if (isOutOfFiles(error)) throw error;
    return undefined;
  }
}
