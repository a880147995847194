import { EVENT_TYPES, type EventType } from "@llm-sim/events/schema";
import { OnceForAll, Pace } from "../../pace/index.ts";
import type { RunView } from "../../reader/index.ts";
import { NO_AGENT } from "../../run-index/index.ts";
import { batchesOf } from "./batches.ts";

/** How far the events of one kind have been taken in, as the log grows: each once, however many ask at a time. */
export class TakenIn {
  readonly #kind: number;
  readonly #take: (view: RunView, rows: readonly number[]) => void;
  #covered = 0;
  readonly #extending = new OnceForAll();

  /** @param take is given rows of that kind, in their order, whose lines may be held in memory together */
  constructor(kind: EventType, take: (view: RunView, rows: readonly number[]) => void) {
    this.#kind = EVENT_TYPES.indexOf(kind);
    this.#take = take;
  }

  /** Takes in all that the index has by now; what was taken in stays so where all who asked are gone. Throws StaleIndex, and the signal's reason. */
  async extend(view: RunView, signal?: AbortSignal): Promise<void> {
    const end = view.index.rows;
    while (this.#covered < end)
      await this.#extending.join((unlessAllGone) => this.#extend(view, unlessAllGone), signal);
  }

  async #extend(view: RunView, signal: AbortSignal): Promise<void> {
    const { index } = view;
    const end = index.rows;
    const list = index.rowsOf(NO_AGENT, this.#kind);
    const rows: number[] = [];
    list.each(list.rank(this.#covered), list.rank(end), (row) => rows.push(row));
    const pace = new Pace([view], signal);
    for (const batch of batchesOf(index, rows)) {
      this.#take(view, batch);
      // What is taken in is not taken in again where the log turns out to be another: all of it is thrown away then.
      this.#covered = (batch.at(-1) ?? 0) + 1;
      await pace.yieldIfDue();
    }
    this.#covered = end;
  }
}
