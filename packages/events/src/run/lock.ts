import { readFileSync, readlinkSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { codeOf } from "../errors.ts";
import { isOutOfFiles, readRegular } from "../files/index.ts";
import { LOCK_FILE } from "../layout/index.ts";

/** Version 1 had neither token nor heartbeat. */
export const LOCK_VERSION = 2;

/** Without a sign for so long (milliseconds), a writer that cannot be asked from here counts as silent. */
export const SILENT_AFTER_MS = 60_000;

/** Where a process id means something: one boot of one host and, in containers, one namespace. */
export interface Whereabouts {
  host: string;
  boot_id?: string | undefined;
  pid_namespace?: string | undefined;
}

/** Who writes a run: `process_start` tells a process from a later one that got the same pid. */
export const lockHolderSchema = z.object({
  version: z.int().optional().meta({ description: "absent: 1" }),
  host: z.string(),
  boot_id: z.string().optional(),
  pid_namespace: z.string().optional(),
  pid: z.int().min(1),
  process_start: z.string(),
  token: z.string().optional().meta({ description: "of this lock alone: its writer looks for it again" }),
});
export type LockHolder = z.infer<typeof lockHolderSchema>;

/** Where this process runs. */
export function here(): Whereabouts {
  return {
    host: hostname(),
    boot_id: textOf("/proc/sys/kernel/random/boot_id"),
    pid_namespace: linkOf("/proc/self/ns/pid"),
  };
}

/** This process as a lock's holder. */
export function thisProcess(): LockHolder {
  const process_start = processStart(process.pid) ?? "unknown";
  return { version: LOCK_VERSION, ...here(), pid: process.pid, process_start };
}

/** @returns the holder that a lock's text names; `"unreadable"` where it names none */
export function parseLock(text: string): LockHolder | "unreadable" {
  try {
    return lockHolderSchema.safeParse(JSON.parse(text)).data ?? "unreadable";
  } catch {
    return "unreadable";
  }
}

/**
 * What became of a lock's holder. `alive` and `dead` are known, or as good as known; of one that is `silent` only that nothing was
 * heard of it: it runs elsewhere, where it cannot be asked.
 */
export type HolderState = "alive" | "dead" | "silent";

/**
 * The one place that decides it. In the same place, pid and process start do; else the lock file's time, which its writer renews every
 * few seconds.
 *
 * @param heardAt when the lock was last written or renewed, in milliseconds since 1970
 */
export function stateOf(
  holder: LockHolder,
  heardAt: number,
  { from = here(), now = Date.now() }: { from?: Whereabouts; now?: number } = {},
): HolderState {
  if (isSame(holder, from)) {
    if (!exists(holder.pid)) return "dead";
    const start = processStart(holder.pid);
    if (start !== undefined && holder.process_start !== "unknown")
      return start === holder.process_start ? "alive" : "dead";
    // Without a heartbeat, the pid is all there is to go by.
    if (holder.version === undefined) return "alive";
  }
  return now - heardAt > SILENT_AFTER_MS ? "silent" : "alive";
}

/** What nobody knows of a place does not tell it from another. */
function isSame(left: Whereabouts, right: Whereabouts): boolean {
  const agree = (one: string | undefined, other: string | undefined) =>
    one === undefined || other === undefined || one === other;
  return (
    left.host === right.host &&
    agree(left.boot_id, right.boot_id) &&
    agree(left.pid_namespace, right.pid_namespace)
  );
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** A run's lock, and what became of its holder. */
export type RunLockState =
  | { state: "free" }
  | { state: "unreadable" }
  | {
      state: HolderState;
      holder: LockHolder;
      /** Milliseconds since 1970. */
      heardAt: number;
    };

/** Looks at `writer.lock`. */
export function lockState(
  runDirectory: string,
  look: { from?: Whereabouts; now?: number } = {},
): RunLockState {
  let text: string;
  let heardAt: number;
  try {
    const path = join(runDirectory, LOCK_FILE);
    text = readRegular(path);
    heardAt = statSync(path).mtimeMs;
  } catch (error) {
    if (isOutOfFiles(error)) throw error;
    return { state: codeOf(error) === "FILE_REFUSED" ? "unreadable" : "free" };
  }
  const holder = parseLock(text);
  if (holder === "unreadable") return { state: "unreadable" };
  return { state: stateOf(holder, heardAt, look), holder, heardAt };
}

/**
 * Reads `writer.lock`.
 *
 * @returns the holder, `"unreadable"`, or `undefined` where there is no lock
 */
export function readLock(runDirectory: string): LockHolder | "unreadable" | undefined {
  const lock = lockState(runDirectory);
  if (lock.state === "free") return undefined;
  return lock.state === "unreadable" ? "unreadable" : lock.holder;
}

/** Whether a holder that has just been heard of still runs. */
export function isAlive(holder: LockHolder): boolean {
  return stateOf(holder, Date.now()) === "alive";
}

/** Whether a live process is writing this run. */
export function isBeingWritten(runDirectory: string): boolean {
  return lockState(runDirectory).state === "alive";
}

/** Field 22 of /proc/<pid>/stat (proc(5)): clock ticks from boot to the process's start. Linux only. */
function processStart(pid: number): string | undefined {
  // The command's name, field 2, may hold spaces and parentheses: count from the last one.
  const stat = textOf(`/proc/${pid}/stat`);
  return stat?.slice(stat.lastIndexOf(")") + 2).split(" ")[19];
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "latin1").trim();
  } catch {
    return undefined;
  }
}

function linkOf(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}
