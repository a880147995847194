import {
  AskError,
  type Call,
  type CallTotals,
  type Models,
  type Question,
  type Reply,
} from "../asking/index.ts";

/** Who answers in a run that is played again: one after the other, as its turns pass. */
export class ModelsByTurn implements Models {
  readonly #all: Models[] = [];
  #current: Models | undefined;

  constructor(first: Models | undefined) {
    this.use(first);
  }

  /** Who answers from now on. */
  use(models: Models | undefined): void {
    this.#current = models;
    if (models) this.#all.push(models);
  }

  async ask<T>(question: Question<T>, call: Call): Promise<Reply<T>> {
    const models = this.#current;
    if (!models) throw new AskError("tape_miss", "There is no tape that an answer could be taken from");
    return models.ask(question, call);
  }

  get isSpent(): boolean {
    return this.#current?.isSpent ?? false;
  }

  get failure(): Error | undefined {
    return this.#current?.failure;
  }

  get spent(): { tokens: number; usd: number } {
    return this.#current?.spent ?? { tokens: 0, usd: 0 };
  }

  totals(): CallTotals | undefined {
    const all = this.#all.map((models) => models.totals()).filter((one) => one !== undefined);
    if (all.length === 0) return undefined;
    const sum = (of: (one: CallTotals) => number) => all.reduce((total, one) => total + of(one), 0);
    return {
      calls: sum(({ calls }) => calls),
      from_tape: sum(({ from_tape }) => from_tape),
      tokens: sum(({ tokens }) => tokens),
      usd: sum(({ usd }) => usd),
      saved_usd: sum(({ saved_usd }) => saved_usd),
    };
  }
}
