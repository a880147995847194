import type { Gap } from "@llm-sim/api";
import { Curves } from "@llm-sim/events/run";
import { EVENT_TYPES } from "@llm-sim/events/schema";
import { gapsOf, WriteCheck } from "../explain/certainty/index.ts";
import type { Recording } from "../explain/recording/index.ts";
import { batchesOf, now, Pace } from "../explain/rows/index.ts";
import { isWhole } from "../explain/state/index.ts";
import type { RunView } from "../reader/index.ts";
import { NO_AGENT } from "../run-index/index.ts";

const STATE = EVENT_TYPES.indexOf("STATE");

/** What became of every variable as the log tells it, which grows with the log. */
export class LogCurves {
  readonly curves = new Curves();
  readonly #writes = new WriteCheck();
  #covered = 0;
  #turn = 0;
  #extending: Promise<void> | undefined;

  /** Takes in all that the index has by now. Throws StaleIndex. */
  async extend(view: RunView): Promise<void> {
    const end = view.index.rows;
    while (this.#covered < end) {
      this.#extending ??= this.#extend(view).finally(() => {
        this.#extending = undefined;
      });
      await this.#extending;
    }
  }

  /** Why the curves may not be the whole truth. */
  gaps(view: RunView, recording: Recording): Gap[] {
    return gapsOf(
      { view, recording },
      {
        claim: "values",
        from: 0,
        until: now(view),
        kinds: ["STATE"],
        writes: this.#writes,
        isPartial: !isWhole(view),
      },
    );
  }

  async #extend(view: RunView): Promise<void> {
    const { index } = view;
    const end = index.rows;
    const list = index.rowsOf(NO_AGENT, STATE);
    const rows: number[] = [];
    list.each(list.rank(this.#covered), list.rank(end), (row) => rows.push(row));
    const pace = new Pace([view]);
    for (const batch of batchesOf(index, rows)) {
      for (const event of view.events(batch)) {
        if (event.event_type !== "STATE") continue;
        this.#endTurnsBefore(event.turn_number);
        this.curves.wrote(event, event.turn_number);
        this.#writes.event(event);
      }
      // What is taken in is not taken in again where the log turns out to be another: all of it is thrown away then.
      this.#covered = (batch.at(-1) ?? 0) + 1;
      await pace.yieldIfDue();
    }
    this.#covered = end;
  }

  #endTurnsBefore(turn: number): void {
    for (; this.#turn < turn; this.#turn++) this.curves.endTurn(this.#turn);
  }
}
