import { Worker } from "node:worker_threads";
import { builtModule } from "../built-module.ts";
import { ACTIVE_SEGMENT_FILE } from "../layout/index.ts";
import type { DrainOptions } from "./drain.ts";
import type { WorkerData, WorkerMessage } from "./drain-thread.ts";
import { giveUpRun } from "./give-up.ts";
import { askForFlush, flushFailed, InlineSink } from "./inline-sink.ts";
import type { Patience } from "./patience.ts";
import { activeBytes } from "./progress.ts";
import {
  DRAIN_BROKEN,
  DRAIN_CLOSED,
  DRAIN_RUNNING,
  DRAIN_STARTING,
  DRAIN_STATE,
  FLUSH_DONE,
  HAS_RUN,
  IS_ASLEEP,
  leaveTrouble,
  TAIL,
  WAKE,
} from "./ring.ts";
import { COMPRESS_MS, LAST_COMPRESS_MS, RingSink, type SinkListener } from "./ring-sink.ts";
import type { Ending, Outcome } from "./sink.ts";

const NO_ANSWER = "the disk does not answer";
const TERMINATE_MS = 1_000;
// The thread gives a run up by itself; one that does not come back from a call into the system cannot.
const THREAD_LATE_MS = 1_500;
// A thread starts in tens of milliseconds, on a busy machine in hundreds. One that is not there by now has no module to
// run, say: a bundler has left it out, and the error that tells so needs a turn of the event loop.
const START_MS = 3_000;

// How often a close looks at what the disk has taken meanwhile.
const LOOK_MS = 500;

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
  readonly #startedAt = performance.now();
  #closed: (() => void) | undefined;
  #begun: (() => void) | undefined;
  /** Drains in this thread, where the other could not be started. */
  #substitute: InlineSink | undefined;

  constructor(
    queueSize: number,
    maxEventSize: number,
    options: DrainOptions & SinkListener & { diskModule?: string | undefined },
  ) {
    super(queueSize, maxEventSize, options);
    const { diskModule, onClosed, onTrouble: _, onMishap: __, ...drainOptions } = options;
    this.#directory = options.directory;
    this.#options = drainOptions;
    this.#onClosed = onClosed;
    const workerData: WorkerData = { memory: this.memory, options: drainOptions, diskModule };
    this.#worker = new Worker(builtModule("./drain-thread.ts", import.meta.url), {
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
    this.#replaceOverdue();
    return this.#state === DRAIN_STARTING;
  }

  #replaceOverdue(): void {
    if (this.#state !== DRAIN_STARTING || performance.now() - this.#startedAt < START_MS) return;
    if (Atomics.compareExchange(this.control, DRAIN_STATE, DRAIN_STARTING, DRAIN_BROKEN) === DRAIN_STARTING)
      this.#drainHere("its thread did not start");
  }

  /** Waits for the thread until it has taken what is there already, or the disk has refused it: for 3 seconds at most. */
  override async started(): Promise<void> {
    if (this.#substitute || this.#isBroken || this.#state === DRAIN_CLOSED) return;
    this.#worker.ref();
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#begun = resolve;
      timer = setTimeout(resolve, START_MS);
    });
    clearTimeout(timer);
    this.#begun = undefined;
    this.#replaceOverdue();
    if (this.#waiting.size === 0 && !this.#closed) this.#worker.unref();
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
    if (this.#substitute) return;
    if (!this.#hasRun) {
      this.#drainHere(reason);
      return;
    }
    Atomics.store(this.control, DRAIN_STATE, DRAIN_BROKEN);
    this.lastError = reason;
    this.#begun?.();
    this.#failWaiting();
  }

  /** A host that cannot start the thread gets the same drain in its own. */
  #drainHere(reason: string): void {
    process.emitWarning(`Run ${this.#directory} is written by the main thread: ${reason}`, "llm-sim");
    const substitute = new InlineSink(0, 0, {
      ...this.#options,
      onClosed: this.#onClosed,
      onTrouble: (trouble) => this.note(trouble),
      onMishap: () => this.heed(),
      shared: { memory: this.memory, producer: this.ring },
    });
    this.#substitute = substitute;
    this.#begun?.();
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
        this.note(message.trouble);
        if (this.isHopeless) this.#failWaiting();
        break;
      case "flushed":
        for (const waiting of this.#waiting) {
          if (((message.request - waiting.request) | 0) >= 0) this.#settle(waiting, () => waiting.resolve());
        }
        break;
      case "started":
        this.#begun?.();
        break;
      case "mishap":
        this.heed();
        break;
      case "closed":
        this.#closed?.();
        break;
    }
  }

  #settle(waiting: Waiting, how: () => void): void {
    clearInterval(waiting.timer);
    this.#waiting.delete(waiting);
    if (this.#waiting.size === 0) this.#worker.unref();
    how();
  }

  #failWaiting(): void {
    for (const waiting of this.#waiting) this.#fail(waiting);
  }

  #fail(waiting: Waiting): void {
    const error = flushFailed(this.#directory, this.pending, this.lastError);
    this.#settle(waiting, () => waiting.reject(error));
  }

  override flush(): Promise<void> {
    if (this.#substitute) return this.#substitute.flush();
    const request = askForFlush(this.control);
    if (this.#isBroken || this.isHopeless)
      return Promise.reject(flushFailed(this.#directory, this.pending, this.lastError));
    this.#wakeNow();
    // Held by the request, so that a program that only waits for its flush does not end before it.
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      const patience = this.patience.begin();
      const timer = setInterval(() => {
        if (!patience.isOver) return;
        this.patience.lose();
        this.#fail(waiting);
      }, LOOK_MS);
      const waiting: Waiting = { request, resolve, reject, timer };
      this.#waiting.add(waiting);
    });
  }

  override isAlive(): boolean {
    return !this.#isBroken && !this.isHopeless;
  }

  override waitForRoom(milliseconds: number): boolean {
    this.#replaceOverdue();
    if (this.#substitute) return this.#substitute.waitForRoom(milliseconds);
    if (this.#isBroken) return false;
    const tail = Atomics.load(this.control, TAIL);
    if (tail === this.ring.head) return true;
    this.#wakeNow();
    Atomics.wait(this.control, TAIL, tail, milliseconds);
    if (Atomics.load(this.control, TAIL) !== tail) return true;
    // No message comes through while the host waits here, maybe for good: it is told why.
    if (this.isFailing) this.note(this.trouble());
    return false;
  }

  override flushNow(milliseconds: number): void {
    if (this.#substitute) {
      this.#substitute.flushNow();
      return;
    }
    const done = Atomics.load(this.control, FLUSH_DONE);
    askForFlush(this.control);
    this.#wakeNow();
    Atomics.wait(this.control, FLUSH_DONE, done, milliseconds);
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
    const patience = this.patience.begin();
    const gaveUp = new Promise<void>((resolve) => {
      const look = () => {
        if (this.#isStuck(patience)) resolve();
        else timer = setTimeout(look, LOOK_MS);
      };
      timer = setTimeout(look, LOOK_MS);
    });
    await Promise.race([closed, gaveUp]);
    clearTimeout(timer);
    // What failed meanwhile may have been the thread's start.
    if (this.#isReplaced()) return this.close(outcome);
    if (this.#state === DRAIN_CLOSED) {
      // The thread has nothing left to do and ends by itself: no need to wait for that.
      this.#worker.unref();
      this.#onClosed();
      return this.pending;
    }
    // A thread that sits in a system call ends only when that does: it is left behind.
    await Promise.race([
      this.#worker.terminate(),
      new Promise((resolve) => setTimeout(resolve, TERMINATE_MS).unref()),
    ]);
    return this.#giveUp(outcome);
  }

  /** Whether the thread should have come to its end by now. With all events in the file, compressing may take longer. */
  #isStuck(patience: Patience): boolean {
    const late = -patience.left;
    return (
      late > COMPRESS_MS || (late > THREAD_LATE_MS && (this.waiting > 0 || this.lastError !== undefined))
    );
  }

  override closeNow(outcome: Outcome): number {
    if (this.#substitute) return this.#substitute.closeNow(outcome);
    if (!this.#isBroken) this.#send({ ...outcome, compressMs: LAST_COMPRESS_MS });
    const patience = this.patience.begin();
    for (let state = this.#state; state === DRAIN_RUNNING || state === DRAIN_STARTING; state = this.#state) {
      if (patience.left < -THREAD_LATE_MS) break;
      Atomics.wait(this.control, DRAIN_STATE, state, LOOK_MS);
      this.#replaceOverdue();
      if (this.#isReplaced()) return this.closeNow(outcome);
    }
    if (this.#isBroken && !this.#hasRun) {
      this.#drainHere("its thread could not be started");
      return this.closeNow(outcome);
    }
    if (this.#state !== DRAIN_CLOSED) {
      void this.#worker.terminate();
      return this.#giveUp(outcome);
    }
    const trouble = this.trouble();
    // No message comes through any more.
    if (trouble && this.waiting > 0) this.note(trouble);
    this.#onClosed();
    return this.pending;
  }

  get #state(): number {
    return Atomics.load(this.control, DRAIN_STATE);
  }

  #send(ending: Ending): void {
    this.#worker.postMessage(ending);
    askForFlush(this.control);
    this.#wakeNow();
  }

  #giveUp(outcome: Outcome): number {
    const trouble = this.trouble() ?? { path: ACTIVE_SEGMENT_FILE, reason: NO_ANSWER };
    leaveTrouble(this.memory, trouble);
    const { lock, recovered } = this.#options;
    const refused = giveUpRun(this.#directory, outcome, {
      lock,
      unwritten: this.unwritten(),
      before: recovered.loss,
      toldBefore: recovered.told,
      lost: this.mishaps(),
      trouble,
      countedBytes: activeBytes(this.control),
      tapeBytes: this.tapeBytes,
    });
    this.note(refused ?? trouble);
    this.#onClosed();
    return this.pending;
  }
}
