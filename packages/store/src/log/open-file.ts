import { closeSync, fstatSync } from "node:fs";
import { fileLimit, isOutOfFiles, openRegular } from "@llm-sim/events/run";

/** Each thread that answers has such a pool, and loading what a new one runs takes some 150 descriptors for a moment. */
const SHARE = 1 / 32;

/**
 * Segments' files that are open at one time, in a thread: a run may have thousands, and a process a thousand descriptors, or fewer.
 *
 * @param limit descriptors that this process may have; `undefined` where that is not known
 */
export function mostOpen(limit: number | undefined): number {
  return limit === undefined ? 64 : Math.min(64, Math.max(4, Math.floor(limit * SHARE)));
}

export const MOST_OPEN = mostOpen(fileLimit());

/** Those that are open and may be closed; the least recently used comes first. */
const open = new Set<OpenFile>();

/**
 * A file that is read now and then: open while it is one of those used last, opened again when it is needed. Where another file has
 * its name by then, it is as if it were gone.
 */
export class OpenFile {
  #path: string;
  readonly inode: number;
  #descriptor: number | undefined;
  /** While it is above 0 the file stays open. */
  #holds = 0;

  constructor(path: string) {
    this.#path = path;
    this.#descriptor = opened(path);
    this.inode = fstatSync(this.#descriptor).ino;
    this.#used();
  }

  get isOpen(): boolean {
    return this.#descriptor !== undefined;
  }

  /** By which name it is opened again. */
  renamed(path: string): void {
    this.#path = path;
  }

  /** What is done with the descriptor on the spot. Throws the system's errors; ENOENT also where the name means another file. */
  use<T>(work: (descriptor: number) => T): T {
    const descriptor = this.#ready();
    if (this.#holds === 0) this.#used();
    return work(descriptor);
  }

  /** The descriptor, kept open until it is let go of as often as it was held. */
  hold(): number {
    const descriptor = this.#ready();
    this.#holds++;
    open.delete(this);
    return descriptor;
  }

  letGo(): void {
    this.#holds--;
    if (this.#holds === 0 && this.isOpen) this.#used();
  }

  close(): void {
    open.delete(this);
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #ready(): number {
    if (this.#descriptor !== undefined) return this.#descriptor;
    const descriptor = opened(this.#path);
    if (fstatSync(descriptor).ino !== this.inode) {
      closeSync(descriptor);
      throw Object.assign(new Error(`${this.#path} is another file now`), { code: "ENOENT" });
    }
    this.#descriptor = descriptor;
    return descriptor;
  }

  #used(): void {
    open.delete(this);
    open.add(this);
    closeDownTo(MOST_OPEN);
  }
}

function opened(path: string): number {
  try {
    return openRegular(path);
  } catch (error) {
    if (!isOutOfFiles(error) || open.size === 0) throw error;
    closeDownTo(0);
    return openRegular(path);
  }
}

function closeDownTo(most: number): void {
  for (const file of open) {
    if (open.size <= most) return;
    file.close();
  }
}

/** Closes what is open and not being read, where something else needs descriptors. What is read again is opened again. */
export function closeIdleFiles(): void {
  closeDownTo(0);
}
