import type { Writable } from "node:stream";
import type { EventCursor, ParsedSubscription, Run } from "@llm-sim/store";
import type { Turns } from "../turns/index.ts";
import type { Frames } from "./frame.ts";

/** What a client is given in one turn, where there is so much. */
const TURN_BYTES = 256 * 1024;

interface RunStreamOptions {
  frames: Frames;
  turns: Turns;
  signal: AbortSignal;
}

/**
 * Sends the events of a run to one client, batch by batch. One that does not read holds, besides the socket's buffers, the batch
 * that it was given last, which others were given too; where it goes on is a place in the log.
 */
export class RunStream {
  readonly #to: Writable;
  readonly #options: RunStreamOptions;
  #cursor: EventCursor | undefined;
  #resolve: () => void = () => {};
  #reject: (reason: unknown) => void = () => {};

  /** @param to what is written goes to the client, and `drain` says that it has been taken */
  constructor(to: Writable, options: RunStreamOptions) {
    this.#to = to;
    this.#options = options;
  }

  /** Resolves when all was sent and the run is over, or the signal says so; throws what reading failed with. */
  async send(run: Pick<Run, "cursor">, subscription: ParsedSubscription): Promise<void> {
    const { turns, signal } = this.#options;
    const done = new Promise<void>((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const stop = (): void => this.#resolve();
    signal.addEventListener("abort", stop);
    this.#to.on("drain", this.#wake);
    try {
      this.#cursor = await run.cursor(subscription, this.#wake);
      if (signal.aborted) return;
      this.#wake();
      await done;
    } finally {
      signal.removeEventListener("abort", stop);
      this.#to.off("drain", this.#wake);
      turns.leave(this.#step);
      this.#cursor?.close();
    }
  }

  readonly #wake = (): void => this.#options.turns.take(this.#step);

  readonly #step = (): void => {
    try {
      for (let sent = 0; sent < TURN_BYTES; ) {
        if (this.#options.signal.aborted || this.#to.writableNeedDrain) return;
        const batch = this.#cursor?.take();
        if (batch === undefined) {
          if (this.#cursor?.isOver === true) this.#resolve();
          return;
        }
        const bytes = this.#options.frames.of(batch);
        sent += bytes.length;
        this.#to.write(bytes);
      }
      this.#wake();
    } catch (error) {
      this.#reject(error);
    }
  };
}
