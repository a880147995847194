import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { type Disk, nodeDisk } from "./disk.ts";
import { Drain, type DrainOptions } from "./drain.ts";
import {
  DRAIN_BROKEN,
  DRAIN_CLOSED,
  DRAIN_RUNNING,
  DRAIN_STARTING,
  DRAIN_STATE,
  FLUSH_DONE,
  HAS_RUN,
  IS_ASLEEP,
  type RingMemory,
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
  | { kind: "closed" }
  | { kind: "trouble"; reason: string | undefined };

// After a batch, lines of this time are written together. It bounds how old an event is before it is in the file.
const LINGER_MS = 4;
// After this many rounds without a line the drain sleeps until it is woken.
const QUIET_ROUNDS = 25;
// A wake-up lost to a race costs this at most; the guarantee after a crash is 100 ms.
const LONGEST_SLEEP_MS = 50;
const FIRST_RETRY_MS = 10;
const LONGEST_RETRY_MS = 1_000;

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

/** The drain's loop. Returns when the run is finished. */
function runDrain(drain: Drain, control: Int32Array, port: NonNullable<typeof parentPort>): void {
  const say = (message: WorkerMessage) => port.postMessage(message);
  let quiet = 0;
  let retry = 0;
  let trouble: string | undefined;
  let flushed = Atomics.load(control, FLUSH_DONE);
  let ending: Ending | undefined;
  for (;;) {
    const seen = Atomics.load(control, WAKE);
    const step = drain.step();
    const reason = typeof step === "object" ? step.failed : undefined;
    if (reason !== trouble) {
      trouble = reason;
      say({ kind: "trouble", reason });
    }
    if (reason !== undefined) {
      retry = Math.min(retry === 0 ? FIRST_RETRY_MS : retry * 2, LONGEST_RETRY_MS);
      Atomics.wait(control, WAKE, seen, retry);
      continue;
    }
    retry = 0;
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
      } catch (error) {
        say({ kind: "trouble", reason: error instanceof Error ? error.message : String(error) });
        Atomics.wait(control, WAKE, seen, FIRST_RETRY_MS);
        continue;
      }
      return;
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
    runDrain(drain, control, port);
    end(DRAIN_CLOSED);
    const closed: WorkerMessage = { kind: "closed" };
    port.postMessage(closed);
  } catch (error) {
    end(DRAIN_BROKEN);
    throw error;
  }
}

await main();
