import {
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { Slots } from "./slots.ts";

const SLOT = /^slot-(\d+)$/;
const PAUSE = "pause";
/** Slots that are over by so long, in milliseconds, are nobody's any more. */
const KEPT_MS = 10_000;

/**
 * Slots that processes of one machine share by a folder: a slot is whose file could be made in it first. Making a file that must not be
 * there is atomic, so that no lock is needed, and who dies holding a slot costs the others that slot alone.
 */
export class FolderSlots implements Slots {
  readonly #folder: string;
  readonly #slotMs: number | undefined;
  readonly #now: () => number;
  /** Slots of this process whose files are still there. */
  #taken: number[] = [];

  constructor(folder: string, slotMs: number | undefined, now: () => number) {
    this.#folder = folder;
    this.#slotMs = slotMs;
    this.#now = now;
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      const slot = SLOT.exec(name)?.[1];
      if (slot !== undefined && this.#isOver(Number(slot))) this.#remove(name);
    }
  }

  take(first: number): number {
    const over = this.#taken.filter((slot) => this.#isOver(slot));
    this.#taken = this.#taken.slice(over.length);
    for (const slot of over) this.#remove(`slot-${slot}`);
    for (let slot = first; ; slot++) {
      try {
        closeSync(openSync(join(this.#folder, `slot-${slot}`), "wx"));
        this.#taken.push(slot);
        return slot;
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      }
    }
  }

  pausedUntil(): number {
    try {
      return Number(readFileSync(join(this.#folder, PAUSE), "utf8")) || 0;
    } catch {
      return 0;
    }
  }

  pauseUntil(time: number): void {
    const made = join(this.#folder, `${PAUSE}-${process.pid}`);
    writeFileSync(made, String(time));
    renameSync(made, join(this.#folder, PAUSE));
  }

  #isOver(slot: number): boolean {
    return this.#slotMs !== undefined && (slot + 1) * this.#slotMs < this.#now() - KEPT_MS;
  }

  #remove(name: string): void {
    try {
      unlinkSync(join(this.#folder, name));
    } catch {
      // Another process was faster, or it is not there.
    }
  }
}
