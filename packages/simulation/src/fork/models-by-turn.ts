import type { Call, CallTotals, Models, Question, Reply } from "../asking/index.ts";
import { AskError } from "../asking/index.ts";

/** Who answers while the turns before a fork's own are played again, and who answers then. */
export class ModelsByTurn implements Models {
  readonly #before: Models | undefined;
  readonly #own: Models | undefined;
  #isOwn = false;

  constructor(before: Models | undefined, own: Models | undefined) {
    this.#before = before;
    this.#own = own;
  }

  /** The fork's own turns begin. */
  goOn(): void {
    this.#isOwn = true;
  }

  get #current(): Models | undefined {
    return this.#isOwn ? this.#own : this.#before;
  }

  async ask<T>(question: Question<T>, call: Call): Promise<Reply<T>> {
    const models = this.#current;
    if (!models) throw new AskError("tape_miss", "The parent has no tape that an answer could be taken from");
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
    const all = [this.#before?.totals(), this.#own?.totals()].filter((one) => one !== undefined);
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
