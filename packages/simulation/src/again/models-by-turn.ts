import type { Intervention } from "@llm-sim/events/run";
import {
  AskError,
  type Call,
  type CallTotals,
  isAskError,
  type Models,
  type Question,
  type Reply,
  type TapeAnswers,
} from "../asking/index.ts";

const MISSED = "the parent's tape has no answer to that, and no model is asked";

/** Who answers in a run that is played again: one after the other, as its turns pass. */
export class ModelsByTurn implements Models {
  readonly #all: Models[] = [];
  readonly #failsFrom: number;
  readonly #warned = new Set<string>();
  #current: Models | undefined;
  #skipped: CallTotals | undefined;

  /**
   * @param interventions of which one may say that from its turn on no model is asked. What the tape does not answer then fails in
   * words that are the same whatever tape that is: a fork that is played again has not what its parent has
   */
  constructor(first: Models | undefined, interventions: readonly Intervention[]) {
    const strict = interventions.filter(({ on_miss }) => on_miss === "fail").map(({ turn }) => turn);
    this.#failsFrom = Math.min(...strict);
    this.use(first);
  }

  /** Turns are not played, in which this was said and these calls were answered. */
  skip(warnings: Iterable<{ error_type: string; description: string }>, calls: CallTotals | undefined): void {
    for (const { error_type, description } of warnings) this.#warned.add(`${error_type}\n${description}`);
    this.#skipped = calls;
  }

  /** Who answers from now on. */
  use(models: Models | undefined): void {
    this.#current = models;
    if (models && !this.#all.includes(models)) this.#all.push(models);
  }

  async ask<T>(question: Question<T>, call: Call): Promise<Reply<T>> {
    const models = this.#current;
    const isStrict = call.coordinate.turn >= this.#failsFrom;
    if (!models)
      throw new AskError(
        "NOT_ON_TAPE",
        isStrict ? MISSED : "There is no tape that an answer could be taken from",
      );
    try {
      return await models.ask(question, this.#warningOnce(call));
    } catch (cause) {
      if (!isStrict || !isAskError(cause, "NOT_ON_TAPE")) throw cause;
      throw new AskError("NOT_ON_TAPE", MISSED, { cause });
    }
  }

  /** What is said once of a run is said once, whoever answers. */
  #warningOnce(call: Call): Call {
    return {
      coordinate: call.coordinate,
      signal: call.signal,
      record: (attempt, report) => call.record(attempt, report),
      warn: (error_type, description, details) => {
        const warning = `${error_type}\n${description}`;
        if (this.#warned.has(warning)) return;
        this.#warned.add(warning);
        call.warn(error_type, description, details);
      },
    };
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
    const those = [this.#skipped, ...this.#all.map((models) => models.totals())];
    const all = those.filter((one) => one !== undefined);
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

/** What a run's result says of calls that were answered in turns that are not played. */
export function totalsOf({
  calls,
  usd,
}: Pick<TapeAnswers["reused"], "calls" | "usd">): CallTotals | undefined {
  return calls === 0 ? undefined : { calls, from_tape: calls, tokens: 0, usd: 0, saved_usd: usd };
}
