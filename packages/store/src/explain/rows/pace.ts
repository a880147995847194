import { setImmediate as nextTask } from "node:timers/promises";
import type { RunView } from "../../reader/index.ts";

/** Work that takes longer lets others in between: requests of a server, signals. */
const SLICE_MS = 15;

/** Keeps a long answer from holding up everything else. */
export class Pace {
  readonly #views: readonly { view: RunView; generation: number }[];
  #begun = performance.now();

  constructor(views: readonly RunView[]) {
    this.#views = views.map((view) => ({ view, generation: view.generation }));
  }

  /** To be awaited every now and then. Throws StaleIndex where the log turned out to be another meanwhile. */
  async yieldIfDue(): Promise<void> {
    if (performance.now() - this.#begun < SLICE_MS) return;
    await nextTask();
    for (const { view, generation } of this.#views) if (view.generation !== generation) throw view.stale();
    this.#begun = performance.now();
  }
}
