import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import * as z from "zod";
import {
  ACTIVE_SEGMENT_FILE,
  MANIFEST_FILE,
  type Provenance,
  type RunManifest,
  readManifest,
} from "../run/index.ts";
import { parseTimestamp } from "../schema/index.ts";
import { createRingMemory, Drain, nodeDisk, RunLock, recoverRun, WriteError } from "../write/index.ts";
import { openEventStream } from "./open-event-stream.ts";

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
 * warning `session_lost` and the `simulation_end` are recorded, and run.json says `interrupted`. No data is deleted.
 *
 * @param runDirectory the run's directory
 * @throws WriteError RUN_LOCKED where a live process writes the run, RUN_FOREIGN where another tool wrote it
 */
export async function repairRun(runDirectory: string): Promise<Repair> {
  const directory = resolve(runDirectory);
  if (!existsSync(join(directory, ACTIVE_SEGMENT_FILE)) && !existsSync(join(directory, MANIFEST_FILE))) {
    throw new WriteError(
      "RUN_FOREIGN",
      directory,
      `${directory} is no run: it has neither ${ACTIVE_SEGMENT_FILE} nor ${MANIFEST_FILE}.`,
    );
  }
  const manifest = readManifest(directory);
  const simulationId = basename(directory);
  const ended = repairEnded(directory, simulationId, manifest);
  if (ended) return ended;
  const stream = await openEventStream({
    outputDir: dirname(directory),
    simulationId,
    verbosity: manifest?.verbosity ?? "DETAIL",
    thread: "inline",
    provenance: provenanceOf(manifest),
  });
  const description = "Simulation interrupted: its writer ended without closing the run";
  await stream.close({ status: "interrupted", description });
  return { simulation_id: simulationId, repaired: true, written: stream.stats().written };
}

/** A run that has its simulation_end: there may be a torn line behind it, and run.json may not have been finished. */
function repairEnded(
  directory: string,
  simulationId: string,
  manifest: RunManifest | undefined,
): Repair | undefined {
  const lock = RunLock.acquire(nodeDisk, directory);
  try {
    const recovered = recoverRun(nodeDisk, directory);
    if (!recovered.end) return undefined;
    const { written } = recovered.counts;
    const isWhole = manifest?.status !== "running" && manifest?.counts.written === written;
    if (!isWhole) {
      const endTime = parseTimestamp(recovered.end.timestamp) ?? 0;
      const status = outcomeSchema.safeParse(recovered.end.details?.status).data ?? "interrupted";
      new Drain(nodeDisk, createRingMemory(0), {
        directory,
        simulationId,
        verbosity: manifest?.verbosity ?? "DETAIL",
        startTime: recovered.startTime ?? endTime,
        provenance: provenanceOf(manifest),
        maxFileSize: Number.MAX_SAFE_INTEGER,
        compress: "none",
        durability: "none",
        recovered,
      }).finish({ ...recovered.counts, status, endTime });
    }
    return { simulation_id: simulationId, repaired: !isWhole, written };
  } finally {
    lock.release();
  }
}

const outcomeSchema = z.enum(["completed", "failed", "interrupted"]);

/** What run.json says besides what the log itself tells. */
function provenanceOf(manifest: RunManifest | undefined): Provenance {
  return manifest ? { ...manifest } : {};
}
