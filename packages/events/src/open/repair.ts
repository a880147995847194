import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import * as z from "zod";
import { type CloseOptions, type EventStream, systemClock } from "../emit/index.ts";
import {
  ACTIVE_SEGMENT_FILE,
  type ClosedSegment,
  closedSegments,
  LOCK_FILE,
  MANIFEST_FILE,
  type RunManifest,
  readManifest,
} from "../run/index.ts";
import { type MilestoneEvent, parseTimestamp } from "../schema/index.ts";
import {
  createRingMemory,
  type Disk,
  Drain,
  nodeDisk,
  type RecoveredRun,
  type RunLock,
  SegmentList,
  WriteError,
} from "../write/index.ts";
import { type LockedRun, lockRun, openLockedRun, recoverLocked } from "./open-run.ts";
import type { EventStreamOptions } from "./options.ts";
import { settingsOf } from "./settings.ts";

/** What `repairRun` found and did. */
export interface Repair {
  simulation_id: string;
  /** `false` where the run had ended and there was nothing to repair. */
  repaired: boolean;
  /** Events in the log now. */
  written: number;
}

/**
 * Ends a run whose writer died: a torn last line is set aside in a file of its own, the events are counted again, a SYSTEM
 * warning `session_lost` and the `simulation_end` are recorded, and run.json says `interrupted`. No data is deleted. A log
 * without `run.json` and lock has no writer that died, and is left as it is.
 *
 * @param runDirectory the run's directory
 * @param options.takeOver also where the lock is that of a writer elsewhere of which nothing was heard for a minute: whoever says so
 * knows that it has ended. Should it live all the same, it stops at its next write.
 * @throws WriteError RUN_LOCKED where a process that lives, or may live, writes the run, RUN_FOREIGN where another tool wrote it, RUN_NEWER where a later version did
 */
export async function repairRun(
  runDirectory: string,
  { takeOver = false }: { takeOver?: boolean | undefined } = {},
): Promise<Repair> {
  return repairOver(resolve(runDirectory), {
    disk: nodeDisk,
    lock: (directory) => lockRun(nodeDisk, directory, { takeOver }),
    open: (options, run) => openLockedRun(options, settingsOf(options), systemClock(), run),
  });
}

/** What `repairRun` works with. */
export interface RepairTools {
  disk: Disk;
  lock: (directory: string) => RunLock;
  open: (options: EventStreamOptions, run: LockedRun) => EventStream;
}

/** `repairRun` over any disk. */
export async function repairOver(
  directory: string,
  { disk, lock: lockOf, open }: RepairTools,
): Promise<Repair> {
  if (!existsSync(join(directory, ACTIVE_SEGMENT_FILE)) && !existsSync(join(directory, MANIFEST_FILE))) {
    throw new WriteError(
      "RUN_FOREIGN",
      directory,
      `${directory} is no run: it has neither ${ACTIVE_SEGMENT_FILE} nor ${MANIFEST_FILE}.`,
    );
  }
  const isOurs = existsSync(join(directory, MANIFEST_FILE)) || existsSync(join(directory, LOCK_FILE));
  const manifest = readManifest(directory);
  // A directory that was renamed or copied holds the run that it held.
  const simulationId = manifest?.simulation_id ?? basename(directory);
  const verbosity = manifest?.verbosity ?? "DETAIL";
  const lock = lockOf(directory);
  try {
    const recovered = recoverLocked(disk, directory);
    if (!isOurs && !hasOwnEnd(recovered.end)) return leftAlone(simulationId, recovered);
    if (recovered.end) return finishEnded(disk, directory, recovered, recovered.end, manifest);
    const options: EventStreamOptions = {
      outputDir: dirname(directory),
      simulationId,
      verbosity,
      thread: "inline",
    };
    const stream = open(options, { directory, lock, recovered });
    await stream.close(endingOf(manifest));
    return { simulation_id: simulationId, repaired: true, written: stream.stats().written };
  } finally {
    lock.release();
  }
}

/** A run whose disk did not take its end was closed all the same, and run.json says how. */
function endingOf(manifest: RunManifest | undefined): CloseOptions {
  if (manifest?.loss && manifest.status !== "running")
    return { status: manifest.status, endedBy: manifest.ended_by };
  const description = "Simulation interrupted: its writer ended without closing the run";
  return { status: "interrupted", description };
}

/** A run that has its simulation_end: a torn line may have stood behind it, and run.json may not have been finished. */
function finishEnded(
  disk: Disk,
  directory: string,
  recovered: RecoveredRun,
  end: MilestoneEvent,
  manifest: RunManifest | undefined,
): Repair {
  const { written } = recovered.counts;
  const isWhole =
    manifest !== undefined &&
    manifest.status !== "running" &&
    manifest.counts.written === written &&
    recovered.sessionLost?.set_aside === undefined &&
    recovered.sessionLost?.tape === undefined;
  if (!isWhole) {
    const endTime = parseTimestamp(end.timestamp) ?? 0;
    const status = outcomeOf(end) ?? "interrupted";
    new Drain(disk, createRingMemory(0), {
      directory,
      simulationId: manifest?.simulation_id ?? basename(directory),
      verbosity: manifest?.verbosity ?? "DETAIL",
      startTime: recovered.startTime ?? endTime,
      provenance: {},
      maxFileSize: Number.MAX_SAFE_INTEGER,
      compress: "none",
      durability: "none",
      recovered,
    }).finish({ ...recovered.counts, status, endTime, compressMs: 0 });
  }
  const repaired = !isWhole || !isListed(directory, manifest, recovered.segments);
  if (repaired && isWhole) new SegmentList(disk, directory, recovered.segments).settle();
  return { simulation_id: manifest?.simulation_id ?? basename(directory), repaired, written };
}

function isListed(
  directory: string,
  manifest: RunManifest | undefined,
  segments: readonly ClosedSegment[],
): boolean {
  const textOf = (all: readonly ClosedSegment[]) =>
    all
      .map((one) => [one.file, one.events, one.bytes, one.first_event_id, one.last_event_id].join(" "))
      .toSorted()
      .join("\n");
  return textOf(closedSegments(directory, manifest).segments) === textOf(segments);
}

/** No writer of this package's wrote it, so that none died: at most a torn last line was set aside. */
function leftAlone(simulationId: string, { counts, sessionLost }: RecoveredRun): Repair {
  return {
    simulation_id: simulationId,
    repaired: sessionLost?.set_aside !== undefined || sessionLost?.tape !== undefined,
    written: counts.written,
  };
}

/** Whether it ends as this package's emitter ends a run, whose run.json is gone then. */
function hasOwnEnd(end: MilestoneEvent | undefined): boolean {
  return end !== undefined && outcomeOf(end) !== undefined;
}

function outcomeOf(end: MilestoneEvent) {
  return outcomeSchema.safeParse(end.details?.status).data;
}

const outcomeSchema = z.enum(["completed", "failed", "interrupted"]);
