import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { type Disk, nodeDisk } from "./disk.ts";
import { Drain, type DrainOptions } from "./drain.ts";
import { GIVE_UP_MS, TRICKLE_LINES } from "./patience.ts";
import {
  DRAIN_BROKEN,
  DRAIN_CLOSED,
  DRAIN_RUNNING,
  DRAIN_STARTING,
  DRAIN_STATE,
  FLUSH_DONE,
  HAS_RUN,
  IS_ASLEEP,
  MISHAPS,
  type RingMemory,
  type Trouble,
  WAKE,
} from "./ring.ts";
import type { Ending } from "./sink.ts";

/** What the emitter's thread gives a new worker. */
export interface WorkerData {
  memory: RingMemory;
  options: DrainOptions;
  /** URL of a module that exports `disk`, for tests that fail it. */
  diskModule: string | undefined;
}

/** What a worker says. */
export type WorkerMessage =
  | { kind: "flushed"; request: number }
  | { kind: "started" }
  | { kind: "mishap" }
  | { kind: "closed" }
  | { kind: "trouble"; trouble: Trouble | undefined };

// After a batch, lines of this time are written together. It bounds how old an event is before it is in the file.
const LINGER_MS = 4;
// After this many rounds without a line the drain sleeps until it is woken.
const QUIET_ROUNDS = 25;
// A wake-up lost to a race costs this at most; the guarantee after a crash is 100 ms.
const LONGEST_SLEEP_MS = 50;
const FIRST_RETRY_MS = 10;
const LONGEST_RETRY_MS = 1_000;
const LONGEST_RETRY_WHILE_CLOSING_MS = 250;
// Twice the longest pause between two tries.
const SAME_TROUBLE_MS = 2 * LONGEST_RETRY_MS;

async function loadDisk(module: string | undefined): Promise<Disk> {
  if (module === undefined) return nodeDisk;
  const loaded: { disk?: Disk } = await import(module);
  if (!loaded.disk) throw new Error(`${module} exports no disk`);
  return loaded.disk;
}

/** Loaded only where it is wanted: zlib would make every thread take longer to start. */
async function gzipFor({ compress, directory }: DrainOptions, disk: Disk) {
  if (compress === "none") return undefined;
  const { GzipRewriter } = await import("./gzip-rewriter.ts");
  return new GzipRewriter(disk, directory);
}

/** The drain's loop, until the run is finished or given up. @returns whether run.json has its end */
function runDrain(drain: Drain, control: Int32Array, port: NonNullable<typeof parentPort>): boolean {
  const say = (message: WorkerMessage) => port.postMessage(message);
  const failing = new Failing(drain);
  let quiet = 0;
  let mishaps = 0;
  let hasStarted = false;
  let flushed = Atomics.load(control, FLUSH_DONE);
  let ending: Ending | undefined;
  for (;;) {
    const seen = Atomics.load(control, WAKE);
    const step = drain.step();
    const trouble = typeof step === "object" ? step : undefined;
    const happened = Atomics.load(control, MISHAPS);
    if (happened !== mishaps) {
      mishaps = happened;
      say({ kind: "mishap" });
    }
    if (!hasStarted && step !== "progress") {
      hasStarted = true;
      say({ kind: "started" });
    }
    // Having nothing to do is no sign that the disk takes anything.
    if (step !== "idle" && failing.hears(trouble)) say({ kind: "trouble", trouble });
    if (trouble) {
      ending ??= endingFrom(port);
      if (ending && (drain.isLost || failing.isForGood)) {
        return giveUp(drain, ending);
      }
      Atomics.wait(control, WAKE, seen, failing.nextTry(ending !== undefined));
      continue;
    }
    const done = Atomics.load(control, FLUSH_DONE);
    if (done !== flushed) {
      flushed = done;
      say({ kind: "flushed", request: done });
    }
    if (step === "progress") {
      quiet = 0;
      if (drain.isCaughtUp) Atomics.wait(control, WAKE, seen, LINGER_MS);
      continue;
    }
    if (!ending) {
      ending = endingFrom(port);
      // What was emitted before it may have come after the ring was seen to be empty.
      if (ending) continue;
    } else {
      try {
        drain.finish(ending);
        return true;
      } catch (error) {
        const refused = drain.refused(error);
        if (failing.hears(refused)) say({ kind: "trouble", trouble: refused });
        if (failing.isForGood) {
          return giveUp(drain, ending);
        }
        Atomics.wait(control, WAKE, seen, failing.nextTry(true));
        continue;
      }
    }
    quiet++;
    if (quiet < QUIET_ROUNDS) {
      Atomics.wait(control, WAKE, seen, LINGER_MS);
      continue;
    }
    Atomics.store(control, IS_ASLEEP, 1);
    // A line may have come before the emitter could see that it has to wake us.
    if (drain.hasWork) Atomics.store(control, IS_ASLEEP, 0);
    else Atomics.wait(control, WAKE, seen, LONGEST_SLEEP_MS);
    Atomics.store(control, IS_ASLEEP, 0);
  }
}

function giveUp(drain: Drain, ending: Ending): boolean {
  try {
    drain.giveUp(ending);
    return true;
  } catch {
    return false; // the emitter's thread tries it once more, and tells
  }
}

/** A time in which the disk refuses nearly everything. */
class Failing {
  readonly #drain: Drain;
  #trouble: Trouble | undefined;
  #since = 0;
  #last = Number.NEGATIVE_INFINITY;
  #written = 0;
  #retry = 0;

  constructor(drain: Drain) {
    this.#drain = drain;
  }

  /** @returns whether that is news */
  hears(trouble: Trouble | undefined): boolean {
    const now = performance.now();
    if (trouble) {
      const isOld = now - this.#last < SAME_TROUBLE_MS && this.#drain.written - this.#written < TRICKLE_LINES;
      if (!isOld) {
        this.#since = now;
        this.#written = this.#drain.written;
        this.#retry = 0;
      }
      this.#last = now;
    }
    const isNews = trouble?.reason !== this.#trouble?.reason || trouble?.path !== this.#trouble?.path;
    this.#trouble = trouble;
    return isNews;
  }

  /** For so long that a close need not wait any more. */
  get isForGood(): boolean {
    return performance.now() - this.#since >= GIVE_UP_MS;
  }

  /** @returns milliseconds */
  nextTry(isClosing: boolean): number {
    const longest = isClosing ? LONGEST_RETRY_WHILE_CLOSING_MS : LONGEST_RETRY_MS;
    this.#retry = Math.min(this.#retry === 0 ? FIRST_RETRY_MS : this.#retry * 2, longest);
    return this.#retry;
  }
}

function endingFrom(port: NonNullable<typeof parentPort>): Ending | undefined {
  const received: { message: Ending } | undefined = receiveMessageOnPort(port);
  return received?.message;
}

async function main(): Promise<void> {
  const port = parentPort;
  if (!port) throw new Error("This module is a worker's.");
  const { memory, options, diskModule }: WorkerData = workerData;
  const control = new Int32Array(memory.control);
  const end = (state: number) => {
    Atomics.store(control, DRAIN_STATE, state);
    Atomics.notify(control, DRAIN_STATE);
  };
  // The emitter's thread, where it has waited too long for this one, drains itself: only one of them may.
  const become = (state: number) => {
    const isMine = Atomics.compareExchange(control, DRAIN_STATE, DRAIN_STARTING, state) === DRAIN_STARTING;
    if (isMine) Atomics.notify(control, DRAIN_STATE);
    return isMine;
  };
  let disk: Disk;
  try {
    disk = await loadDisk(diskModule);
  } catch (error) {
    become(DRAIN_BROKEN);
    throw error;
  }
  if (!become(DRAIN_RUNNING)) return;
  try {
    const drain = new Drain(disk, memory, options, await gzipFor(options, disk));
    Atomics.store(control, HAS_RUN, 1);
    end(runDrain(drain, control, port) ? DRAIN_CLOSED : DRAIN_BROKEN);
    const closed: WorkerMessage = { kind: "closed" };
    port.postMessage(closed);
  } catch (error) {
    end(DRAIN_BROKEN);
    throw error;
  }
}

await main();
