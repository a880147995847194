import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { isAlive, LOCK_FILE, type LockHolder, parseLock, thisProcess } from "../run/index.ts";
import { type Disk, readText, writeWhole } from "./disk.ts";
import { WriteError } from "./errors.ts";

const ATTEMPTS = 50;
const PAUSE_MS = 20;

/** The right to write a run: `writer.lock`, made in one step, naming its holder. */
export class RunLock {
  readonly #disk: Disk;
  readonly #path: string;
  #isHeld = true;

  private constructor(disk: Disk, path: string) {
    this.#disk = disk;
    this.#path = path;
  }

  /**
   * Takes the lock of a run; one whose holder has died is taken over.
   *
   * @throws WriteError RUN_LOCKED, naming the host and pid of a live holder
   */
  static acquire(disk: Disk, directory: string): RunLock {
    const path = join(directory, LOCK_FILE);
    // Two that find the same dead lock must not both remove it, or the later would remove the earlier one's new lock:
    // whoever takes over holds a second lock meanwhile, and looks again under it.
    const guard = `${path}.takeover`;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (create(disk, path)) return new RunLock(disk, path);
      const holder = holderOf(disk, path);
      if (isLive(holder)) throw lockedBy(directory, holder);
      // A lock that says nothing yet is being made; one that goes on saying nothing was left by a crash.
      const isBeingMade = holder === undefined || (holder === "unreadable" && attempt < ATTEMPTS / 2);
      if (!isBeingMade && create(disk, guard)) {
        try {
          // Only the lock that was found dead: one that says nothing may be the new one of who was faster.
          if (isDeepStrictEqual(holderOf(disk, path), holder)) {
            disk.remove(path);
            if (create(disk, path)) return new RunLock(disk, path);
          }
        } finally {
          disk.remove(guard);
        }
        continue;
      }
      if (!isBeingMade && attempt >= ATTEMPTS / 2 && !isLive(holderOf(disk, guard))) disk.remove(guard);
      pause();
    }
    throw new WriteError(
      "RUN_LOCKED",
      directory,
      `Run ${directory} is locked: ${path} could be neither taken nor read.`,
    );
  }

  /** Gives the lock up; may be called twice. */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    this.#disk.remove(this.#path);
  }
}

function create(disk: Disk, path: string): boolean {
  let file: number;
  try {
    file = disk.create(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw error;
  }
  try {
    writeWhole(disk, file, Buffer.from(`${JSON.stringify(thisProcess())}\n`), 0);
  } finally {
    disk.close(file);
  }
  return true;
}

function holderOf(disk: Disk, path: string): LockHolder | "unreadable" | undefined {
  try {
    const text = readText(disk, path);
    return text === undefined ? undefined : parseLock(text);
  } catch {
    return undefined; // removed between the two looks
  }
}

function isLive(holder: LockHolder | "unreadable" | undefined): holder is LockHolder {
  return holder !== undefined && holder !== "unreadable" && isAlive(holder);
}

function lockedBy(directory: string, holder: LockHolder): WriteError {
  const message = `Run ${directory} is being written by process ${holder.pid} on ${holder.host}: wait for it to end, or choose another id.`;
  return new WriteError("RUN_LOCKED", directory, message, { holder });
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
