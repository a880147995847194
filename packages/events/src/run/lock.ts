import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { LOCK_FILE } from "../layout/index.ts";

/** Who writes a run: `process_start` tells a process from a later one that got the same pid. */
export const lockHolderSchema = z.object({
  host: z.string(),
  pid: z.int().min(1),
  process_start: z.string(),
});
export type LockHolder = z.infer<typeof lockHolderSchema>;

/** This process as a lock's holder. */
export function thisProcess(): LockHolder {
  return { host: hostname(), pid: process.pid, process_start: processStart(process.pid) ?? "unknown" };
}

/** @returns the holder that a lock's text names; `"unreadable"` where it names none: its writer died while making it */
export function parseLock(text: string): LockHolder | "unreadable" {
  try {
    return lockHolderSchema.safeParse(JSON.parse(text)).data ?? "unreadable";
  } catch {
    return "unreadable";
  }
}

/**
 * Reads `writer.lock`.
 *
 * @returns the holder, `"unreadable"`, or `undefined` where there is no lock
 */
export function readLock(runDirectory: string): LockHolder | "unreadable" | undefined {
  try {
    return parseLock(readFileSync(join(runDirectory, LOCK_FILE), "utf8"));
  } catch {
    return undefined;
  }
}

/** Whether the holder still runs. Of another host nothing can be known: it counts as alive. */
export function isAlive(holder: LockHolder): boolean {
  if (holder.host !== hostname()) return true;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  const start = processStart(holder.pid);
  return start === undefined || holder.process_start === "unknown" || start === holder.process_start;
}

/** Whether a live process is writing this run. */
export function isBeingWritten(runDirectory: string): boolean {
  const holder = readLock(runDirectory);
  return holder !== undefined && holder !== "unreadable" && isAlive(holder);
}

/** Field 22 of /proc/<pid>/stat (proc(5)): clock ticks from boot to the process's start. Linux only. */
function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The command's name, field 2, may hold spaces and parentheses: count from the last one.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
