import { randomBytes } from "node:crypto";
import { lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { codeOf } from "@llm-sim/events/errors";
import { RunHold } from "@llm-sim/events/recall";
import { failed } from "../failure/index.ts";
import type { MeantRun, Removal } from "./runs-to-remove.ts";

/** No batch's id begins with a hyphen, and no run's with a dot: nothing in here is taken for either. */
const LEAVING = ".-removed";

/**
 * Removes runs, one after the other: each is held, so that nobody begins to write it, leaves the runs in one step, and is deleted
 * then. Whoever is killed on the way leaves whole runs and, out of sight, what the next removal deletes.
 *
 * @param signal no further run is removed once it aborts
 * @returns those that are gone
 */
export async function removeRuns({ runs, batches }: Removal, signal: AbortSignal): Promise<MeantRun[]> {
  const [first] = runs;
  if (first === undefined) return [];
  const folder = dirname(first.directory);
  const leaving = leavingFolder(folder);
  const { sharedFolder } = await import("@llm-sim/simulation");
  const removed: MeantRun[] = [];
  for (const run of runs) {
    if (signal.aborted) break;
    take(run.directory, leaving);
    removed.push(run);
    // The loop is let go, so that an interruption is heard.
    await new Promise((done) => setImmediate(done));
  }
  if (removed.length === runs.length)
    for (const batch of batches) removeShared(sharedFolder(folder, batch), leaving);
  empty(leaving);
  return removed;
}

/** A link in its place would lead what is moved, and then deleted, elsewhere. */
function leavingFolder(folder: string): string {
  const path = join(folder, LEAVING);
  try {
    mkdirSync(path);
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    if (!lstatSync(path).isDirectory())
      throw failed(`${path} is no directory, and nothing was removed: take it away.`, error);
  }
  return path;
}

function take(directory: string, leaving: string): void {
  const hold = new RunHold(directory);
  const place = join(leaving, `${basename(directory)}-${randomBytes(4).toString("hex")}`);
  try {
    renameSync(directory, place);
  } catch (error) {
    hold.release();
    throw error;
  }
  discard(place);
}

/** What a batch's runs shared: into how many shards it was divided, what was spent, what was set aside. */
function removeShared(path: string, leaving: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isDirectory() !== true) return;
  const place = join(leaving, `${basename(path)}-${randomBytes(4).toString("hex")}`);
  renameSync(path, place);
  discard(place);
}

/** Also what an earlier removal that was killed has left. */
function empty(leaving: string): void {
  for (const name of readdirSync(leaving)) discard(join(leaving, name));
  try {
    rmdirSync(leaving);
  } catch (error) {
    // Another removal is under way.
    if (!["ENOTEMPTY", "EEXIST", "ENOENT"].includes(codeOf(error) ?? "")) throw error;
  }
}

/** Links are taken away, and what they lead to is not looked at. */
function discard(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 3 });
}
