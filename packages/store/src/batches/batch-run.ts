import { basename, join } from "node:path";
import { parseEventLine } from "@llm-sim/events/read";
import {
  ACTIVE_SEGMENT_FILE,
  isOutOfFiles,
  lastOfRegular,
  type RunBatch,
  type RunManifest,
  type RunStatus,
  readManifest,
} from "@llm-sim/events/run";
import type { Event } from "@llm-sim/events/schema";
import { statusOf } from "../runs/index.ts";
import type { Curves } from "./curve.ts";
import type { SummaryFacts } from "./read-summary.ts";

/** Holds nearly every last line. */
const TAIL_BYTES = 8 * 1024;

/** What a run of a batch says of itself but for its summary.json. Plain JSON: a lake keeps it as such. */
export interface BatchRunHead {
  id: string;
  batch: RunBatch;
  seed?: number | undefined;
  status: RunStatus;
  endedBy?: RunManifest["ended_by"];
  endReason?: string | undefined;
  startTime?: string | undefined;
  endTime?: string | undefined;
  /** Of the last event. */
  lastTurn: number;
  eventCount: number;
  dropped: number;
}

/** What is known of a run of a batch. */
export interface BatchRunFacts extends BatchRunHead {
  turns: number;
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

/** `undefined` where the run in a directory is of no batch. */
export function readBatchHead(directory: string): BatchRunHead | undefined {
  const manifest = readManifest(directory);
  if (!isOfBatch(manifest)) return undefined;
  const last = lastEvent(join(directory, ACTIVE_SEGMENT_FILE));
  return batchHeadOf(basename(directory), manifest, statusOf(directory, manifest, false), last);
}

type BatchManifest = RunManifest & Required<Pick<RunManifest, "batch">>;

/** A fork goes on from a run of a batch, and is not what was made together with that. */
export function isOfBatch(manifest: RunManifest | undefined): manifest is BatchManifest {
  return manifest?.batch !== undefined && manifest.parent === undefined;
}

/** @param last the event of its log's last whole line, where that is one */
export function batchHeadOf(
  id: string,
  manifest: BatchManifest,
  status: RunStatus,
  last: Event | undefined,
): BatchRunHead {
  const { batch, seed, ended_by: endedBy, start_time: startTime, end_time, counts } = manifest;
  const isRunning = status === "running";
  return {
    id,
    batch,
    seed,
    status,
    endedBy: isRunning ? undefined : endedBy,
    endReason: endReasonIn(last),
    startTime,
    endTime: isRunning ? undefined : (end_time ?? last?.timestamp),
    lastTurn: last?.turn_number ?? 0,
    eventCount: counts.written,
    dropped: counts.dropped,
  };
}

/** @param read of its summary.json, once it is not running any more */
export function batchRunOf(
  head: BatchRunHead,
  read: () => SummaryFacts | { problem: string },
): BatchRunFacts {
  const summary = head.status === "running" ? { problem: "it is still running" } : read();
  const facts = "problem" in summary ? undefined : summary;
  return {
    ...head,
    turns: Math.max(facts?.turns ?? 0, head.lastTurn),
    refusals: facts?.refusals,
    failures: facts?.failures,
    curves: "problem" in summary ? summary : summary.curves,
    size: facts?.size ?? 0,
  };
}

/** Whether what its files say now is what they will say. */
export function isSettled({ status, endedBy, curves }: BatchRunFacts): boolean {
  return status !== "running" && (endedBy !== undefined || !("problem" in curves));
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
