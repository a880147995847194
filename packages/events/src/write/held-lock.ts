import { dirname, join } from "node:path";
import { MANIFEST_FILE } from "../layout/index.ts";
import { type Disk, readText, writeWhole } from "./disk.ts";

/** How often a writer gives a sign of itself: several times before it would count as silent. */
export const HEARTBEAT_MS = 10_000;

/** A lock as it was made. Can be posted to a worker. */
export interface LockMark {
  path: string;
  token: string;
  /** What the lock says, for whoever may make it again where all of the run's directory was taken away. */
  text?: string | undefined;
}

/**
 * A lock in the eyes of who holds it: whether it is still its own, and the sign of life that others go by, which is the file's time.
 * Known to the drain's thread, and so without schemas.
 */
export class HeldLock {
  readonly #disk: Disk;
  readonly #mark: LockMark;
  /** The file as it was found to be ours. */
  #seen = "";
  readonly #text: string | undefined;
  #beatAt = performance.now();

  constructor(disk: Disk, mark: LockMark) {
    this.#disk = disk;
    this.#mark = mark;
    this.#text = mark.text;
  }

  /**
   * Whether it is still ours: it is read again only where the file has changed, which costs a look at it, some microseconds.
   *
   * @throws what the disk throws: then nothing is known
   */
  isOurs(): boolean {
    const { path, token } = this.#mark;
    const seen = this.#look();
    if (seen === undefined) return this.#makeAgain();
    if (seen === this.#seen) return true;
    const text = readText(this.#disk, path);
    if (text === undefined || tokenIn(text) !== token) return false;
    this.#seen = seen;
    return true;
  }

  /**
   * Whoever takes a run over leaves a run.json. Where there is none either, the directory was removed or emptied, and is made again.
   *
   * @returns whether it is ours again
   */
  #makeAgain(): boolean {
    const { path } = this.#mark;
    const directory = dirname(path);
    if (this.#text === undefined || this.#disk.exists(join(directory, MANIFEST_FILE))) return false;
    this.#disk.makeDirectory(directory);
    const file = this.#disk.create(path);
    try {
      writeWhole(this.#disk, file, Buffer.from(this.#text), 0);
    } finally {
      this.#disk.close(file);
    }
    this.#seen = this.#look() ?? "";
    return true;
  }

  /** Who has it now, in words. */
  takenBy(): string {
    try {
      const text = readText(this.#disk, this.#mark.path);
      const holder: unknown = text === undefined ? undefined : JSON.parse(text);
      if (isObject(holder)) return `process ${String(holder.pid)} on ${String(holder.host)}`;
    } catch {
      // What cannot be read names nobody.
    }
    return "somebody else";
  }

  /** Gives a sign, where it is time for one: in its own lock, never in that of whoever has taken the run over meanwhile. */
  beat(): void {
    const now = performance.now();
    if (now - this.#beatAt < HEARTBEAT_MS) return;
    this.#beatAt = now;
    try {
      // What is found behind the sign is not taken for ours unread: it may be another's by now.
      if (this.isOurs()) this.#disk.touch(this.#mark.path);
    } catch {
      // The next one may come through; until then others judge by the last.
    }
  }

  #look(): string | undefined {
    const found = this.#disk.stat(this.#mark.path);
    return found && `${found.inode} ${found.size} ${found.modified}`;
  }
}

function tokenIn(text: string): unknown {
  try {
    const holder: unknown = JSON.parse(text);
    return isObject(holder) ? holder.token : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
