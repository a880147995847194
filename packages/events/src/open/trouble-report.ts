import { basename, join } from "node:path";
import { LOCK_FILE, type RunLoss } from "../run/index.ts";
import type { Trouble } from "../write/index.ts";
import type { Settings } from "./settings.ts";
import type { Warn } from "./warn.ts";

// What these say of a disk, and what helps.
const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: "free some space there",
  EDQUOT: "free some space there, or have the quota raised",
  EFBIG: "raise the limit of a file's size (ulimit -f), or set a smaller max_file_size",
  EROFS: "make it writable again",
  EACCES: "make it writable again",
  EPERM: "make it writable again",
  ENOENT: "put the directory back where it was",
  ESTALE: "put the directory back where it was",
  EIO: "look after the disk",
};

/** Says of one run, once each, that its disk takes nothing, and what was lost. */
export class TroubleReport {
  readonly #directory: string;
  readonly #settings: Settings;
  readonly #warn: Warn;
  #hasSpoken = false;

  constructor(directory: string, settings: Settings, warn: Warn) {
    this.#directory = directory;
    this.#settings = settings;
    this.#warn = warn;
  }

  refused({ path, reason }: Trouble): void {
    this.#hasSpoken = true;
    if (path === LOCK_FILE) {
      this.#warn(`Run ${this.#directory} is no longer written from here: ${reason}; what comes is lost.`);
      return;
    }
    const held = `what comes until then waits in memory (${sizeText(this.#settings.queueSize)} at most), and what does not fit is lost`;
    this.#warn(
      `Run ${basename(this.#directory)}: ${join(this.#directory, path)} cannot be written: ${reason}; ${remedyFor(reason)}: ${held}.`,
    );
  }

  /** At the end; where the trouble was told before, run.json and whoever closed the run say the rest. */
  lost({ dropped, turn_start, path, reason }: RunLoss, atExit: boolean): void {
    if (this.#hasSpoken) return;
    this.#warn(
      `Run ${basename(this.#directory)}: ${dropped} events from turn ${turn_start} on are not in the log (${join(this.#directory, path)}: ${reason}).`,
      atExit,
    );
  }
}

/** What helps against what a disk says. */
export function remedyFor(reason: string): string {
  const code = Object.keys(REMEDIES).find((one) => reason.includes(one));
  return (code && REMEDIES[code]) ?? "see to it that it can be written";
}

function sizeText(bytes: number): string {
  const megabytes = bytes / 1024 ** 2;
  return megabytes >= 1 ? `${Math.round(megabytes)} MB` : `${Math.round(bytes / 1024)} KB`;
}
