import type { AttemptResult } from "@llm-sim/events/tape/schema";
import type { CallTotals } from "@llm-sim/simulation";
import type { Budget, Spent } from "../limits/index.ts";

/** Counts a run's calls, and says when its budget is spent. */
export class Spending {
  readonly #budget: Budget;
  /** Whether what comes from the tape counts as spent: where the tape is what the run itself has spent on, or replays. */
  readonly #countsTape: boolean;
  readonly #totals: CallTotals = { calls: 0, from_tape: 0, tokens: 0, usd: 0, saved_usd: 0 };
  #wasRefused = false;

  constructor(budget: Budget, countsTape: boolean) {
    this.#budget = budget;
    this.#countsTape = countsTape;
  }

  get isSpent(): boolean {
    return this.#wasRefused || this.#budget.isSpent;
  }

  get spent(): Spent {
    return { ...this.#budget.spent };
  }

  /** Notes what came of an attempt; what a model takes is on the budget already, noted when it had answered. */
  note({ usage, cost_usd = 0, broken_off_by }: AttemptResult, from: "model" | "tape"): void {
    if (broken_off_by === "budget") {
      // Nobody was called.
      this.#wasRefused = true;
      return;
    }
    this.#totals.calls++;
    if (from === "model") {
      this.#totals.tokens += (usage?.input_tokens ?? 0) + (usage?.output_tokens ?? 0);
      this.#totals.usd += cost_usd;
      return;
    }
    this.#totals.from_tape++;
    this.#totals.saved_usd += cost_usd;
    if (usage && this.#countsTape) this.#budget.spend(usage, cost_usd);
  }

  /** `undefined` where nobody asked anything. */
  totals(): CallTotals | undefined {
    return this.#totals.calls === 0 ? undefined : { ...this.#totals };
  }
}
