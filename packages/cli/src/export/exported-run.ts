import { basename } from "node:path";
import type { RunOnDisk } from "@llm-sim/store";

/** A run of an export, and what its rows call it. */
export interface ExportedRun {
  /** Its directory's name; where another run of this export has the same, as it was asked for. */
  run: string;
  log: RunOnDisk;
}

/**
 * Tells the runs of an export apart. Not by what their logs say: a run and a copy of it say the same.
 *
 * @param asked what the user called each run, and the run
 */
export function exportedRuns(asked: readonly { reference: string; log: RunOnDisk }[]): ExportedRun[] {
  const places = new Map<string, Set<string>>();
  for (const { log } of asked) {
    const name = basename(log.directory);
    places.set(name, (places.get(name) ?? new Set()).add(log.directory));
  }
  return asked.map(({ reference, log }) => {
    const name = basename(log.directory);
    const isUnique = places.get(name)?.size === 1;
    return { run: isUnique ? name : reference.replace(/[\\/]+$/, ""), log };
  });
}
