import { setImmediate as nextTask } from "node:timers/promises";
import type { RunView } from "../../reader/index.ts";

/** Work that takes longer lets others in between: requests of a server, signals. */
const SLICE_MS = 15;

/** Keeps a long answer from holding up everything else. */
export class Pace {
  readonly #views: readonly { view: RunView; generation: number }[];
  readonly #signal: AbortSignal | undefined;
  #begun = performance.now();

  /** @param signal of who asked: where it is aborted, the answer is given up */
  constructor(views: readonly RunView[], signal?: AbortSignal) {
    this.#signal = signal;
    this.#views = views.map((view) => ({ view, generation: view.generation }));
  }

  /** To be awaited every now and then. Throws StaleIndex where the log turned out to be another meanwhile, and the signal's reason. */
  async yieldIfDue(): Promise<void> {
    if (performance.now() - this.#begun < SLICE_MS) return;
    await nextTask();
    this.#signal?.throwIfAborted();
    for (const { view, generation } of this.#views) if (view.generation !== generation) throw view.stale();
    this.#begun = performance.now();
  }
}
