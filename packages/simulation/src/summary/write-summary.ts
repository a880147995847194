import { randomBytes } from "node:crypto";
import { renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SUMMARY_FILE } from "@llm-sim/events/run";

/**
 * Writes a run's summary under another name first, so that it is there whole or not at all. Without waiting, so that it can
 * also be the last thing a process does.
 *
 * @throws what the disk says
 */
export function writeSummary(runDirectory: string, text: string): void {
  const path = join(runDirectory, SUMMARY_FILE);
  const unfinished = `${path}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    writeFileSync(unfinished, text);
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

const unwritten = new Set<() => void>();

function onExit(): void {
  for (const write of unwritten) write();
}

/**
 * Where the process ends before the run does, `write` is called as its last act.
 *
 * @returns a function that lets go of it
 */
export function writeAtExit(write: () => void): () => void {
  // One listener for all runs: each of its own would look like a leak to Node.
  if (unwritten.size === 0) process.on("exit", onExit);
  unwritten.add(write);
  return () => {
    unwritten.delete(write);
    if (unwritten.size === 0) process.off("exit", onExit);
  };
}
