import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LOCK_FILE, TAPE_FILE, thisProcess } from "@llm-sim/events/run";
import { OnceForAll } from "@llm-sim/store/port";
import * as z from "zod";
import type { Lake } from "../connection/index.ts";
import { directoryOf, growLog, growTape, renewFiles } from "../restore/index.ts";
import type { MarkedRun, ShippedRun } from "./shipped-runs.ts";

/** Of what lies in the cache, the indexes left out. */
const MOST_BYTES = 16 * 1024 ** 3;
const OWN = /^llm-sim-lake-(\d+)-/;

interface Kept {
  edition: number;
  segments: string;
  /** Bytes of the log and of the tape. */
  bytes: number;
  tape: number;
  files: number;
  mark: string;
  isWritten: boolean;
  asked: number;
  /** It is being made again, or brought up to the lake. */
  bringing: OnceForAll;
}

/**
 * Directories of runs, made again out of a lake where a question needs them and kept up to it; which are least asked go first where there
 * is no more room. Each process has a folder of its own, which goes with it.
 */
export class RestoredRuns {
  /** Where the runs lie, as an output directory. */
  readonly directory: string;
  readonly #home: string;
  readonly #lake: Lake;
  readonly #mostBytes: number;
  readonly #kept = new Map<string, Kept>();

  constructor(lake: Lake, { cacheDirectory = tmpdir(), mostBytes = MOST_BYTES } = {}) {
    this.#lake = lake;
    this.#mostBytes = mostBytes;
    mkdirSync(cacheDirectory, { recursive: true });
    removeAbandoned(cacheDirectory);
    this.#home = mkdtempSync(join(cacheDirectory, `llm-sim-lake-${process.pid}-`));
    this.directory = join(this.#home, "runs");
    mkdirSync(this.directory);
  }

  /**
   * Asks the directory of a run, which holds what the lake has of it now; it stays for that long. Throws the signal's reason where that is
   * aborted before it is there, and makes it no further where nobody else waits for it.
   */
  async ask<T>(
    run: MarkedRun,
    question: (directory: string) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const kept = this.#kept.get(run.id) ?? this.#added(run.id);
    kept.asked++;
    try {
      let isBrought = kept.mark === run.mark;
      while (!isBrought) {
        // What others have begun may be of what the lake had of it before.
        await kept.bringing.join((given) => {
          isBrought = true;
          return this.#bring(run, kept, given);
        }, signal);
        isBrought ||= kept.mark === run.mark;
      }
      this.#kept.delete(run.id);
      this.#kept.set(run.id, kept);
      return await question(join(this.directory, run.id));
    } finally {
      kept.asked--;
      await this.#leaveRoom();
    }
  }

  /** Asks a directory that holds nothing of a run but its files of these names, beside its log, as the lake has them now. */
  async askBeside<T>(
    id: string,
    names: readonly string[],
    question: (directory: string) => Promise<T>,
  ): Promise<T> {
    const directory = await mkdtemp(join(this.#home, "beside-"));
    try {
      await renewFiles(this.#lake, id, directory, 0, names);
      return await question(directory);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  }

  close(): void {
    rmSync(this.#home, { recursive: true, force: true });
  }

  #added(id: string): Kept {
    const kept: Kept = {
      edition: 0,
      segments: "",
      bytes: 0,
      tape: 0,
      files: 0,
      mark: "",
      isWritten: false,
      asked: 0,
      bringing: new OnceForAll(),
    };
    this.#kept.set(id, kept);
    return kept;
  }

  async #bring(run: MarkedRun, kept: Kept, signal: AbortSignal): Promise<void> {
    const isThere = kept.mark !== "" && kept.edition === run.edition && kept.segments === run.segments;
    // What it is while it is being brought up to the lake is known only where that is done: else it is made anew.
    kept.mark = "";
    // Where nobody waits for it any more it takes a while to stop.
    kept.asked++;
    try {
      if (isThere) await this.#grow(run, kept, signal);
      else await this.#restore(run, kept, signal);
      this.#lock(run, kept);
      kept.mark = run.mark;
    } finally {
      kept.asked--;
    }
  }

  async #restore(run: ShippedRun, kept: Kept, signal: AbortSignal): Promise<void> {
    const { id, edition, segments } = run;
    const target = join(this.directory, id);
    const making = join(this.#home, `making-${id}`);
    await rm(making, { recursive: true, force: true });
    // Before the log, which may grow meanwhile: nothing newer is taken for what is there.
    const files = await this.#newestFile(id);
    const restored = await directoryOf(this.#lake, id, making, signal);
    if (run.isWritten) writeLock(making);
    // At once: who follows it looks at any time.
    const former = join(this.#home, `former-${id}`);
    rmSync(former, { recursive: true, force: true });
    if (existsSync(target)) renameSync(target, former);
    renameSync(making, target);
    await rm(former, { recursive: true, force: true });
    const tape = statSync(join(target, TAPE_FILE), { throwIfNoEntry: false })?.size ?? 0;
    Object.assign(kept, { edition, segments, files, tape, bytes: restored?.bytes ?? 0 });
    kept.isWritten = run.isWritten;
  }

  async #grow(run: ShippedRun, kept: Kept, signal: AbortSignal): Promise<void> {
    const directory = join(this.directory, run.id);
    const key = { run: run.id, edition: run.edition };
    // A decision's line is never there before what it rests on.
    kept.tape = await growTape(this.#lake, key, directory, kept.tape);
    const bytes = await growLog(this.#lake, key, directory, kept.bytes);
    if (bytes === undefined) return this.#restore(run, kept, signal);
    kept.bytes = bytes;
    kept.files = await renewFiles(this.#lake, run.id, directory, kept.files);
  }

  async #newestFile(run: string): Promise<number> {
    const rows = await this.#lake.select(
      "SELECT max(version) AS version FROM files WHERE run = {run:String} AND part = 0",
      {
        parameters: { run },
      },
    );
    return z.array(z.object({ version: z.int() })).parse(rows)[0]?.version ?? 0;
  }

  /** Whether somebody still writes it is looked at with each question. */
  #lock({ id, isWritten }: ShippedRun, kept: Kept): void {
    if (kept.isWritten === isWritten) return;
    const directory = join(this.directory, id);
    if (isWritten) writeLock(directory);
    else rmSync(join(directory, LOCK_FILE), { force: true });
    kept.isWritten = isWritten;
  }

  async #leaveRoom(): Promise<void> {
    let held = 0;
    for (const { bytes, tape } of this.#kept.values()) held += bytes + tape;
    for (const [id, kept] of this.#kept) {
      if (held <= this.#mostBytes) return;
      if (kept.asked > 0) continue;
      this.#kept.delete(id);
      held -= kept.bytes + kept.tape;
      await rm(join(this.directory, id), { recursive: true, force: true });
    }
  }
}

/** This process writes here what somebody else writes elsewhere. */
function writeLock(directory: string): void {
  writeFileSync(join(directory, LOCK_FILE), JSON.stringify({ ...thisProcess(), token: "lake" }));
}

/** What processes have left that were killed. */
function removeAbandoned(cacheDirectory: string): void {
  for (const name of readdirSync(cacheDirectory)) {
    const pid = Number(OWN.exec(name)?.[1]);
    if (pid > 0 && !isAlive(pid)) rmSync(join(cacheDirectory, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
