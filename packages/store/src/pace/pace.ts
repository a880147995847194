import type { RunView } from "../reader/index.ts";
import { turns } from "./turns.ts";

/** Keeps a long answer from holding up everything else, and ends it where nobody waits for it any more. */
export class Pace {
  readonly #views: readonly { view: RunView; generation: number }[];
  readonly signal: AbortSignal | undefined;

  /** @param signal of who asked: where it is aborted, the answer is given up */
  constructor(views: readonly RunView[], signal?: AbortSignal) {
    this.signal = signal;
    this.#views = views.map((view) => ({ view, generation: view.generation }));
  }

  /** Whether others are to get their turn. For loops of steps so short that waiting for nothing would cost more than they do. */
  get isDue(): boolean {
    return turns.isDue;
  }

  /** To be awaited every now and then. Throws StaleIndex where the log turned out to be another meanwhile, and the signal's reason. */
  async yieldIfDue(): Promise<void> {
    if (!turns.isDue) return;
    await turns.next();
    this.signal?.throwIfAborted();
    for (const { view, generation } of this.#views) if (view.generation !== generation) throw view.stale();
  }
}
