import { Worker } from "node:worker_threads";
import { builtModule } from "@llm-sim/events/built-module";
import { waitForFiles } from "../log/index.ts";
import type { ScanOrder, ScanReply } from "./scanned.ts";
import type { Piece } from "./stretches.ts";

const MODULE = builtModule("./scan-thread.ts", import.meta.url);

/** So many stretches to a thread are on their way: it goes on while those before are being added. */
const ORDERED_AHEAD = 3;

/** What comes of a stretch, in order. */
class Scanning {
  readonly pieces: readonly Piece[];
  readonly #replies: ScanReply[] = [];
  /** A part of it is not waiting any more. */
  onTaken: (() => void) | undefined;
  #wake: (() => void) | undefined;
  #error: unknown;

  constructor(pieces: readonly Piece[]) {
    this.pieces = pieces;
  }

  add(reply: ScanReply): void {
    this.#replies.push(reply);
    this.#wake?.();
  }

  fail(error: unknown): void {
    this.#error ??= error;
    this.#wake?.();
  }

  async next(): Promise<ScanReply> {
    for (;;) {
      const reply = this.#replies.shift();
      if (reply !== undefined) {
        if (reply.kind === "part") this.onTaken?.();
        return reply;
      }
      if (this.#error !== undefined) throw this.#error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}

/** A thread, and the stretches it has been given. One that could not begin for want of descriptors is begun again. */
class ScanThread {
  #worker: Worker;
  readonly #given: Scanning[] = [];
  #hasBegun = false;
  #isClosed = false;
  /** How often it could not begin. */
  #failed = 0;

  constructor() {
    this.#worker = this.#start();
  }

  #start(): Worker {
    // What the host was started with (`--input-type`, loaders) is not for this module.
    const worker = new Worker(MODULE, { name: "llm-sim scan", execArgv: [] });
    let trouble: unknown = new Error("The thread ended before it had scanned what it was given");
    worker.on("message", (reply: ScanReply) => this.#received(reply));
    worker.on("error", (error) => {
      trouble = error;
    });
    worker.on("exit", () => void this.#ended(trouble));
    return worker;
  }

  async #ended(trouble: unknown): Promise<void> {
    const isAgain = !this.#hasBegun && !this.#isClosed && (await waitForFiles(trouble, this.#failed++));
    if (!isAgain || this.#isClosed) {
      for (const scanning of this.#given) scanning.fail(trouble);
      return;
    }
    this.#worker = this.#start();
    for (const { pieces } of this.#given) this.#send({ kind: "scan", pieces });
  }

  /** How many stretches it has yet to do. */
  get load(): number {
    return this.#given.length;
  }

  give(scanning: Scanning): void {
    this.#given.push(scanning);
    scanning.onTaken = () => this.#send({ kind: "taken" });
    this.#send({ kind: "scan", pieces: scanning.pieces });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#worker.terminate();
  }

  #send(order: ScanOrder): void {
    this.#worker.postMessage(order);
  }

  #received(reply: ScanReply): void {
    this.#hasBegun = true;
    this.#given[0]?.add(reply);
    if (reply.kind !== "part") this.#given.shift();
  }
}

/** What comes of stretches, in their order. */
export type ScannedStretches = AsyncGenerator<{ pieces: readonly Piece[]; reply: ScanReply }>;

/**
 * Scans stretches of a log in threads, and gives what comes of them in the order of the log. The threads end with it. Throws what
 * ended a thread.
 *
 * @param threads how many
 */
export async function* scanInThreads(stretches: Iterable<Piece[]>, threads: number): ScannedStretches {
  const waiting = stretches[Symbol.iterator]();
  const running: Scanning[] = [];
  const workers: ScanThread[] = [];
  /** So many are on their way, or have not been taken yet. */
  const order = (): void => {
    while (running.length < threads * ORDERED_AHEAD) {
      const next = waiting.next();
      if (next.done === true) return;
      if (workers.length < threads) workers.push(new ScanThread());
      const scanning = new Scanning(next.value);
      running.push(scanning);
      workers.reduce((one, other) => (other.load < one.load ? other : one)).give(scanning);
    }
  };
  try {
    for (order(); running[0] !== undefined; order()) {
      const [scanning] = running;
      for (;;) {
        const reply = await scanning.next();
        yield { pieces: scanning.pieces, reply };
        if (reply.kind !== "part") break;
      }
      running.shift();
    }
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }
}
