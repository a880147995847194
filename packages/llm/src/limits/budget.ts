import type { Usage } from "@llm-sim/events/tape/schema";
import { listText } from "@llm-sim/events/words";

/** What may be spent on answers. */
export interface BudgetLimit {
  /** Of input and output. */
  tokens?: number;
  usd?: number;
}

export interface Spent {
  tokens: number;
  usd: number;
}

/** A budget cannot be kept. `message` is one line that says what to do. */
export class BudgetError extends Error {
  readonly code = "LLM_PRICE_UNKNOWN";

  constructor(message: string) {
    super(message);
    this.name = "BudgetError";
  }
}

/**
 * What is spent, and whether another call may start. A call's cost is known when it has ended: those in flight are finished, so that
 * more may be spent in the end than the limit, by as much as they cost.
 */
export class Budget {
  readonly #limit: BudgetLimit;
  readonly #spent: Spent;

  /**
   * @param before what was spent already: a run that is resumed goes on counting
   * @throws RangeError where a limit is no positive number
   */
  constructor(limit: BudgetLimit = {}, before: Partial<Spent> = {}) {
    for (const [name, value] of Object.entries(limit)) {
      if (value !== undefined && !(value > 0))
        throw new RangeError(`limits.budget.${name} is ${value}: give a number above 0`);
    }
    this.#limit = limit;
    this.#spent = { tokens: before.tokens ?? 0, usd: before.usd ?? 0 };
  }

  get spent(): Readonly<Spent> {
    return { ...this.#spent };
  }

  /** Whether a limit is reached: no call starts then. */
  get isSpent(): boolean {
    const { tokens = Infinity, usd = Infinity } = this.#limit;
    return this.#spent.tokens >= tokens || this.#spent.usd >= usd;
  }

  /** Notes what an answer took. @param usd its cost, where it is known */
  spend({ input_tokens = 0, output_tokens = 0 }: Usage, usd = 0): void {
    this.#spent.tokens += input_tokens + output_tokens;
    this.#spent.usd += usd;
  }
}

/**
 * Refuses a budget in money for models whose price nobody knows: it would never be reached.
 *
 * @param hasPrice whether a model's price is known
 * @throws BudgetError naming the models
 */
export function refuseUnpriced(
  { usd }: BudgetLimit,
  models: Iterable<string>,
  hasPrice: (model: string) => boolean,
): void {
  if (usd === undefined) return;
  const unpriced = [...new Set(models)].filter((model) => !hasPrice(model));
  if (unpriced.length === 0) return;
  const names = unpriced.map((model) => JSON.stringify(model));
  throw new BudgetError(
    `limits.budget.usd cannot be kept: no price is known of ${listText(names)}; give limits.budget.tokens instead`,
  );
}
