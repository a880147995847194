import type { Gap } from "@llm-sim/api";
import { Curves, type VariableSummary } from "@llm-sim/events/run";
import type { StateEvent } from "@llm-sim/events/schema";
import { gapsOf, WriteCheck } from "../explain/certainty/index.ts";
import type { Recording } from "../explain/recording/index.ts";
import { now, TakenIn } from "../explain/rows/index.ts";
import { isWhole } from "../explain/state/index.ts";
import { Pace } from "../pace/index.ts";
import type { RunView } from "../reader/index.ts";

/** What became of every variable as the log tells it, which grows with the log. */
export class LogCurves {
  readonly curves = new Curves();
  readonly #writes = new WriteCheck();
  readonly #taken = new TakenIn("STATE", (view, rows) => {
    for (const event of view.events(rows)) if (event.event_type === "STATE") this.wrote(event);
  });
  #turn = 0;
  #writesTaken = 0;
  #told: { turn: number; writes: number; variables: readonly VariableSummary[] } | undefined;

  /** @internal Takes in all that the index has by now. Throws StaleIndex. */
  extend(view: RunView, signal?: AbortSignal): Promise<void> {
    return this.#taken.extend(view, signal);
  }

  /** @internal What became of each, in the order in which they were first written; made anew where the log has told more. Throws StaleIndex. */
  async variables(view: RunView, turn: number, signal?: AbortSignal): Promise<readonly VariableSummary[]> {
    const pace = new Pace([view], signal);
    for (;;) {
      const writes = this.#writesTaken;
      if (this.#told?.turn === turn && this.#told.writes === writes) return this.#told.variables;
      const variables: VariableSummary[] = [];
      for (const variable of this.curves.variables(turn)) {
        variables.push(variable);
        if (pace.isDue) await pace.yieldIfDue();
        // Others may have taken in more meanwhile: half of one moment and half of another is no answer.
        if (writes !== this.#writesTaken) break;
      }
      if (writes === this.#writesTaken) this.#told = { turn, writes, variables };
    }
  }

  /** @internal Why the curves may not be the whole truth. */
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

  /** Takes in the next write, for who reads a log without an index. */
  wrote(event: StateEvent): void {
    this.#endTurnsBefore(event.turn_number);
    this.curves.wrote(event, event.turn_number);
    this.#writes.event(event);
    this.#writesTaken++;
  }

  #endTurnsBefore(turn: number): void {
    this.curves.endTurns(this.#turn, turn);
    this.#turn = Math.max(this.#turn, turn);
  }
}
