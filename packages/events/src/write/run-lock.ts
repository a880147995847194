import { randomBytes } from "node:crypto";
import { join } from "node:path";
import {
  type HolderState,
  here,
  LOCK_FILE,
  type LockHolder,
  parseLock,
  stateOf,
  thisProcess,
  type Whereabouts,
} from "../run/index.ts";
import { type Disk, readText, writeWhole } from "./disk.ts";
import { WriteError } from "./errors.ts";
import { HeldLock, type LockMark } from "./held-lock.ts";

const ATTEMPTS = 50;
const PAUSE_MS = 20;

export interface LockOptions {
  /** Take it also from a holder that is only silent: that it has ended is the caller's knowledge. */
  takeOver?: boolean | undefined;
  /** The lock's name in the run's directory; by default `writer.lock`, the right to write the log. */
  file?: string | undefined;
  /** For tests: where this process is, instead of where it is. */
  from?: Whereabouts | undefined;
}

/** The right to write a run: `writer.lock`, made whole and in one step, naming its holder. */
export class RunLock {
  readonly mark: LockMark;
  readonly #disk: Disk;
  #isHeld = true;

  private constructor(disk: Disk, mark: LockMark) {
    this.#disk = disk;
    this.mark = mark;
  }

  /**
   * Takes the lock of a run; one whose holder has died is taken over.
   *
   * @throws WriteError RUN_LOCKED, naming the host and pid of a holder that lives, or may live
   */
  static acquire(
    disk: Disk,
    directory: string,
    { takeOver = false, from = here(), file = LOCK_FILE }: LockOptions = {},
  ): RunLock {
    const path = join(directory, file);
    const token = randomBytes(12).toString("hex");
    const mine = `${JSON.stringify({ ...thisProcess(), ...from, token })}\n`;
    const taken = () => new RunLock(disk, { path, token, text: mine });
    // Two that find the same dead lock must not both replace it, or the later would replace the earlier one's new lock:
    // whoever takes over holds a second lock meanwhile, and looks again under it.
    const guard = `${path}.takeover`;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (make(disk, path, mine)) return taken();
      const found = lockAt(disk, path, from);
      if (found?.state === "alive") throw lockedBy(directory, found);
      if (found?.state === "silent" && !takeOver) throw silent(directory, found);
      // Version 1 made its lock before it wrote it: one that says nothing yet may be on its way.
      const isBeingWritten = !found || (found.state === "unreadable" && attempt < ATTEMPTS / 2);
      if (!isBeingWritten && make(disk, guard, mine)) {
        try {
          // Only the lock that was found dead, and not the new one of who was faster.
          if (lockAt(disk, path, from)?.text === found.text) {
            replace(disk, path, mine);
            return taken();
          }
        } finally {
          disk.remove(guard);
        }
        continue;
      }
      if (!isBeingWritten && attempt >= ATTEMPTS / 2 && lockAt(disk, guard, from)?.state !== "alive")
        disk.remove(guard);
      pause();
    }
    throw new WriteError(
      "RUN_LOCKED",
      directory,
      `Run ${directory} is locked: ${path} could be neither taken nor read.`,
    );
  }

  /** Gives the lock up, where it is still this one's; may be called twice. */
  release(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    try {
      if (new HeldLock(this.#disk, { ...this.mark, text: undefined }).isOurs())
        this.#disk.remove(this.mark.path);
    } catch {
      // A disk that does not even say whose it is: once this process has ended, the lock is a dead one's.
    }
  }
}

/** Makes the file in one step, its text in it. @returns `false` where there is one */
function make(disk: Disk, path: string, text: string): boolean {
  const temporary = write(disk, path, text);
  try {
    disk.link(temporary, path);
    return true;
  } catch (error) {
    const code = codeOf(error);
    if (code === "EEXIST") return false;
    if (!NO_LINKS.has(code ?? "")) throw error;
    return makeWithoutLinks(disk, temporary, path);
  } finally {
    disk.remove(temporary);
  }
}

// What file systems say that know no hard links.
const NO_LINKS: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EINVAL"]);

function makeWithoutLinks(disk: Disk, temporary: string, path: string): boolean {
  const claim = `${path}.claim`;
  try {
    disk.close(disk.create(claim));
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
  try {
    if (disk.exists(path)) return false;
    disk.rename(temporary, path);
    return true;
  } finally {
    disk.remove(claim);
  }
}

function replace(disk: Disk, path: string, text: string): void {
  disk.rename(write(disk, path, text), path);
}

/** @returns the path of a file of its own that holds the text */
function write(disk: Disk, path: string, text: string): string {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  const file = disk.create(temporary);
  let isWhole = false;
  try {
    writeWhole(disk, file, Buffer.from(text), 0);
    isWhole = true;
  } finally {
    disk.close(file);
    if (!isWhole) disk.remove(temporary);
  }
  return temporary;
}

interface FoundLock {
  text: string;
  state: HolderState | "unreadable";
  holder?: LockHolder;
  heardAt: number;
}

function lockAt(disk: Disk, path: string, from: Whereabouts): FoundLock | undefined {
  try {
    const text = readText(disk, path);
    if (text === undefined) return undefined;
    const heardAt = disk.stat(path)?.modified ?? 0;
    const holder = parseLock(text);
    if (holder === "unreadable") return { text, state: "unreadable", heardAt };
    return { text, state: stateOf(holder, heardAt, { from }), holder, heardAt };
  } catch {
    return undefined; // removed between the two looks
  }
}

function lockedBy(directory: string, { holder }: FoundLock): WriteError {
  const message = `Run ${directory} is being written by ${named(holder)}: wait for it to end, or choose another id.`;
  return new WriteError("RUN_LOCKED", directory, message, { holder });
}

function silent(directory: string, { holder, heardAt }: FoundLock): WriteError {
  const seconds = Math.round((Date.now() - heardAt) / 1000);
  const message = `Run ${directory} is locked by ${named(holder)}, which cannot be asked from here and gave no sign for ${seconds} s: where it has ended, \`llm-sim repair ${directory} --take-over\` ends the run.`;
  return new WriteError("RUN_LOCKED", directory, message, { holder });
}

function named(holder: LockHolder | undefined): string {
  return holder ? `process ${holder.pid} on ${holder.host}` : "somebody";
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

function pause(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
}
