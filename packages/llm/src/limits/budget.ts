import type { Usage } from "@llm-sim/events/tape/schema";
import { listText } from "@llm-sim/events/words";
import { type Ledger, OwnLedger, SharedLedger, type Spent } from "./ledger.ts";

/** What may be spent on answers. */
export interface BudgetLimit {
  /** Of input and output. */
  tokens?: number;
  usd?: number;
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
  readonly #ledger: Ledger;

  private constructor(limit: BudgetLimit, ledger: Ledger) {
    for (const [name, value] of Object.entries(limit)) {
      if (value !== undefined && !(value > 0))
        throw new RangeError(`llm.budget.${name} is ${value}: give a number above 0`);
    }
    this.#limit = limit;
    this.#ledger = ledger;
  }

  /**
   * Of one run.
   *
   * @param before what was spent already: a run that is resumed goes on counting
   * @throws RangeError where a limit is no positive number
   */
  static ofRun(limit: BudgetLimit = {}, before: Partial<Spent> = {}): Budget {
    return new Budget(limit, new OwnLedger(before));
  }

  /**
   * Of all the runs of a batch, which may be processes of their own: what each spends is appended to a file, which holds what
   * was spent before as well, when the batch is gone on with.
   *
   * @param file made with the first call; its folder has to be there
   * @throws RangeError where a limit is no positive number
   */
  static ofBatch(limit: BudgetLimit, file: string): Budget {
    return new Budget(limit, new SharedLedger(file));
  }

  get spent(): Readonly<Spent> {
    return { ...this.#ledger.total() };
  }

  /** Whether a limit is reached: no call starts then. */
  get isSpent(): boolean {
    const { tokens = Infinity, usd = Infinity } = this.#limit;
    const spent = this.#ledger.total();
    return spent.tokens >= tokens || spent.usd >= usd;
  }

  /**
   * Notes what an answer took.
   *
   * @param usd its cost, where it is known
   */
  spend({ input_tokens = 0, output_tokens = 0 }: Usage, usd = 0): void {
    this.#ledger.add({ tokens: input_tokens + output_tokens, usd });
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
    `llm.budget.usd cannot be kept: no price is known of ${listText(names)}; give llm.budget.tokens instead`,
  );
}
