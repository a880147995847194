import { join } from "node:path";
import { isAlive, LOCK_FILE, readLock, thisProcess } from "../run/index.ts";
import { type Disk, writeWhole } from "./disk.ts";
import { WriteError } from "./errors.ts";

const ATTEMPTS = 5;

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
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (create(disk, path)) return new RunLock(disk, path);
      const holder = readLock(directory);
      if (holder !== undefined && holder !== "unreadable" && isAlive(holder)) {
        throw new WriteError(
          "RUN_LOCKED",
          directory,
          `Run ${directory} is being written by process ${holder.pid} on ${holder.host}: wait for it to end, or choose another id.`,
          { holder },
        );
      }
      // Two that find the same dead lock must not both remove it, or the later would remove the earlier one's new lock:
      // renaming is what only one of them can do.
      const dead = `${path}.dead-${process.pid}-${attempt}`;
      try {
        disk.rename(path, dead);
        disk.remove(dead);
      } catch {
        // The other one was first: look again who holds it.
      }
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
