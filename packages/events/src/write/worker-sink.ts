import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { ACTIVE_SEGMENT_FILE, MANIFEST_FILE, readManifest } from "../run/index.ts";
import { formatTimestamp } from "../schema/index.ts";
import { nodeDisk, replaceFile } from "./disk.ts";
import { activeBytes, type DrainOptions } from "./drain.ts";
import { askForFlush, flushFailed, InlineSink } from "./inline-sink.ts";
import {
  DRAIN_BROKEN,
  DRAIN_CLOSED,
  DRAIN_RUNNING,
  DRAIN_STARTING,
  DRAIN_STATE,
  HAS_RUN,
  IS_ASLEEP,
  TAIL,
  WAKE,
} from "./ring.ts";
import { CLOSE_TIMEOUT_MS, COMPRESS_MS, LAST_COMPRESS_MS, RingSink } from "./ring-sink.ts";
import type { Ending, Outcome } from "./sink.ts";
import type { WorkerData, WorkerMessage } from "./worker.ts";

const TERMINATE_MS = 1_000;

interface Waiting {
  request: number;
  resolve: () => void;
  reject: (error: Error) => void;
  timer: NodeJS.Timeout;
}

/** Drains the ring in a thread of its own, so that a loop that never yields is drained and a stalled disk stalls nobody. */
export class WorkerSink extends RingSink {
  readonly #worker: Worker;
  readonly #directory: string;
  readonly #onClosed: () => void;
  readonly #waiting = new Set<Waiting>();
  readonly #options: DrainOptions;
  #closed: (() => void) | undefined;
  /** Drains in this thread, where the other could not be started. */
  #substitute: InlineSink | undefined;

  constructor(
    queueSize: number,
    maxEventSize: number,
    options: DrainOptions & { diskModule?: string | undefined; onClosed: () => void },
  ) {
    super(queueSize, maxEventSize, options);
    const { diskModule, onClosed, ...drainOptions } = options;
    this.#directory = options.directory;
    this.#options = drainOptions;
    this.#onClosed = onClosed;
    const workerData: WorkerData = { memory: this.memory, options: drainOptions, diskModule };
    this.#worker = new Worker(workerUrl(), {
      workerData,
      name: "llm-sim drain",
      // The host's own flags (--eval, loaders, inspectors) are not for this thread, and some would keep it from starting.
      execArgv: [],
      env: {},
      // It makes next to no garbage: a small nursery keeps the process small.
      resourceLimits: { maxYoungGenerationSizeMb: 2 },
    });
    this.#worker.on("message", (message: WorkerMessage) => this.#hear(message));
    this.#worker.on("error", (error) => this.#break(error.message));
    this.#worker.unref();
    this.#worker.on("exit", () => this.#closed?.());
  }

  /** A thread takes tens of milliseconds to start, on a busy machine hundreds: as much as fills the queue in a tight loop. */
  override isStarting(): boolean {
    return this.#state === DRAIN_STARTING;
  }

  override wake(): void {
    if (this.#substitute) this.#substitute.wake();
    else if (Atomics.load(this.control, IS_ASLEEP) === 1) this.#wakeNow();
  }

  #wakeNow(): void {
    Atomics.store(this.control, IS_ASLEEP, 0);
    Atomics.add(this.control, WAKE, 1);
    Atomics.notify(this.control, WAKE);
  }

  #isReplaced(): boolean {
    return this.#substitute !== undefined;
  }

  /** Whether the thread has got as far as draining. */
  get #hasRun(): boolean {
    return Atomics.load(this.control, HAS_RUN) === 1;
  }

  get #isBroken(): boolean {
    return Atomics.load(this.control, DRAIN_STATE) === DRAIN_BROKEN;
  }

  #break(reason: string): void {
    if (!this.#hasRun) {
      this.#drainHere(reason);
      return;
    }
    Atomics.store(this.control, DRAIN_STATE, DRAIN_BROKEN);
    this.lastError = reason;
    this.#failWaiting();
  }

  /** A host that cannot start the thread gets the same drain in its own. */
  #drainHere(reason: string): void {
    process.emitWarning(`Run ${this.#directory} is written by the main thread: ${reason}`, "llm-sim");
    const substitute = new InlineSink(0, 0, {
      ...this.#options,
      onClosed: this.#onClosed,
      shared: { memory: this.memory, producer: this.ring },
    });
    this.#substitute = substitute;
    Atomics.store(this.control, DRAIN_STATE, DRAIN_RUNNING);
    substitute.wake();
    for (const waiting of this.#waiting) {
      substitute.flush().then(
        () => this.#settle(waiting, () => waiting.resolve()),
        (error: Error) => this.#settle(waiting, () => waiting.reject(error)),
      );
    }
    this.#closed?.();
  }

  #hear(message: WorkerMessage): void {
    switch (message.kind) {
      case "trouble":
        this.lastError = message.reason;
        break;
      case "flushed":
        for (const waiting of this.#waiting) {
          if (((message.request - waiting.request) | 0) >= 0) this.#settle(waiting, () => waiting.resolve());
        }
        break;
      case "closed":
        this.#closed?.();
        break;
    }
  }

  #settle(waiting: Waiting, how: () => void): void {
    clearTimeout(waiting.timer);
    this.#waiting.delete(waiting);
    if (this.#waiting.size === 0) this.#worker.unref();
    how();
  }

  #failWaiting(): void {
    const error = flushFailed(this.#directory, this.pending, this.lastError);
    for (const waiting of this.#waiting) this.#settle(waiting, () => waiting.reject(error));
  }

  override flush(): Promise<void> {
    if (this.#substitute) return this.#substitute.flush();
    const request = askForFlush(this.control);
    if (this.#isBroken) return Promise.reject(flushFailed(this.#directory, this.pending, this.lastError));
    this.#wakeNow();
    // Held by the request, so that a program that only waits for its flush does not end before it.
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#failWaiting(), CLOSE_TIMEOUT_MS);
      this.#waiting.add({ request, resolve, reject, timer });
    });
  }

  override isAlive(): boolean {
    return !this.#isBroken;
  }

  override waitForRoom(milliseconds: number): boolean {
    if (this.#substitute) return this.#substitute.waitForRoom(milliseconds);
    if (this.#isBroken) return false;
    const tail = Atomics.load(this.control, TAIL);
    if (tail === this.ring.head) return true;
    this.#wakeNow();
    Atomics.wait(this.control, TAIL, tail, milliseconds);
    return Atomics.load(this.control, TAIL) !== tail;
  }

  override async close(outcome: Outcome): Promise<number> {
    if (this.#substitute) return this.#substitute.close(outcome);
    if (this.#isBroken) return this.#giveUp(outcome);
    this.#worker.ref();
    const closed = new Promise<void>((resolve) => {
      this.#closed = resolve;
    });
    this.#send({ ...outcome, compressMs: COMPRESS_MS });
    let timer: NodeJS.Timeout | undefined;
    // The limit is for events that the disk does not take; with all of them in the file, compressing may take longer.
    const gaveUp = new Promise<void>((resolve) => {
      const end = Date.now() + CLOSE_TIMEOUT_MS + COMPRESS_MS;
      const look = () => {
        if (this.pending > 0 || this.lastError !== undefined || Date.now() > end) resolve();
        else timer = setTimeout(look, CLOSE_TIMEOUT_MS / 10);
      };
      timer = setTimeout(look, CLOSE_TIMEOUT_MS);
    });
    await Promise.race([closed, gaveUp]);
    clearTimeout(timer);
    // What failed meanwhile may have been the thread's start.
    if (this.#isReplaced()) return this.close(outcome);
    // A thread that sits in a system call ends only when that does: it is left behind.
    await Promise.race([
      this.#worker.terminate(),
      new Promise((resolve) => setTimeout(resolve, TERMINATE_MS).unref()),
    ]);
    if (this.#state !== DRAIN_CLOSED) return this.#giveUp(outcome);
    this.#onClosed();
    return 0;
  }

  override closeNow(outcome: Outcome): number {
    if (this.#substitute) return this.#substitute.closeNow(outcome);
    const end = Date.now() + CLOSE_TIMEOUT_MS;
    if (!this.#isBroken) this.#send({ ...outcome, compressMs: LAST_COMPRESS_MS });
    for (let state = this.#state; state === DRAIN_RUNNING || state === DRAIN_STARTING; state = this.#state) {
      const left = end - Date.now();
      if (left <= 0) break;
      Atomics.wait(this.control, DRAIN_STATE, state, left);
    }
    if (this.#isBroken && !this.#hasRun) {
      this.#drainHere("its thread could not be started");
      return this.closeNow(outcome);
    }
    if (this.#state !== DRAIN_CLOSED) {
      void this.#worker.terminate();
      return this.#giveUp(outcome);
    }
    this.#onClosed();
    return 0;
  }

  get #state(): number {
    return Atomics.load(this.control, DRAIN_STATE);
  }

  #send(ending: Ending): void {
    this.#worker.postMessage(ending);
    askForFlush(this.control);
    this.#wakeNow();
  }

  /** The disk does not take the rest: it counts as dropped, and run.json says so where that at least can be written. */
  #giveUp(outcome: Outcome): number {
    const lost = this.pending;
    this.#cutUncounted();
    const manifest = readManifest(this.#directory);
    if (manifest) {
      const dropped = outcome.dropped + lost;
      manifest.status = outcome.status;
      manifest.end_time = formatTimestamp(outcome.endTime);
      manifest.counts = {
        ...manifest.counts,
        emitted: outcome.emitted,
        suppressed: outcome.suppressed,
        dropped,
        written: outcome.emitted - outcome.suppressed - dropped,
        pending: 0,
      };
      try {
        replaceFile(
          nodeDisk,
          join(this.#directory, MANIFEST_FILE),
          `${JSON.stringify(manifest, null, 2)}\n`,
          false,
        );
      } catch (error) {
        this.lastError = error instanceof Error ? error.message : String(error);
      }
    }
    this.#onClosed();
    return lost;
  }

  /** Bytes past the last line that was counted would make a line of their own out of what is given up here. */
  #cutUncounted(): void {
    const path = join(this.#directory, ACTIVE_SEGMENT_FILE);
    if (!nodeDisk.exists(path)) return;
    try {
      const file = nodeDisk.open(path);
      const counted = activeBytes(this.control);
      if (nodeDisk.size(file) > counted) nodeDisk.truncate(file, counted);
      nodeDisk.close(file);
    } catch (error) {
      this.lastError = error instanceof Error ? error.message : String(error);
    }
  }
}

/** A worker runs compiled code; tests run the sources, which have it beside them in `dist`. */
function workerUrl(): URL {
  const beside = new URL("./worker.js", import.meta.url);
  return existsSync(fileURLToPath(beside)) ? beside : new URL("../../dist/write/worker.js", import.meta.url);
}
