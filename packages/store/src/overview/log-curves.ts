import type { Gap } from "@llm-sim/api";
import { Curves } from "@llm-sim/events/run";
import { gapsOf, WriteCheck } from "../explain/certainty/index.ts";
import type { Recording } from "../explain/recording/index.ts";
import { now, TakenIn } from "../explain/rows/index.ts";
import { isWhole } from "../explain/state/index.ts";
import type { RunView } from "../reader/index.ts";

/** What became of every variable as the log tells it, which grows with the log. */
export class LogCurves {
  readonly curves = new Curves();
  readonly #writes = new WriteCheck();
  readonly #taken = new TakenIn("STATE", (view, rows) => this.#take(view, rows));
  #turn = 0;

  /** Takes in all that the index has by now. Throws StaleIndex. */
  extend(view: RunView, signal?: AbortSignal): Promise<void> {
    return this.#taken.extend(view, signal);
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

  #take(view: RunView, rows: readonly number[]): void {
    for (const event of view.events(rows)) {
      if (event.event_type !== "STATE") continue;
      this.#endTurnsBefore(event.turn_number);
      this.curves.wrote(event, event.turn_number);
      this.#writes.event(event);
    }
  }

  #endTurnsBefore(turn: number): void {
    for (; this.#turn < turn; this.#turn++) this.curves.endTurn(this.#turn);
  }
}
