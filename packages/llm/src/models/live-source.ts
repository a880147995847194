import type { AttemptResult, BreakOff, Coordinate } from "@llm-sim/events/tape/schema";
import { isBrokenOff } from "@llm-sim/simulation";
import { type ModelClient, ModelClientError } from "../client/index.ts";
import type { Budget, Concurrency, Rate } from "../limits/index.ts";
import type { AskedRequest } from "./asked-request.ts";
import type { AskOptions, Source, Sourced } from "./source.ts";

/** Models that are asked over the network, within limits. */
export class LiveSource implements Source {
  readonly #client: ModelClient;
  readonly #concurrency: Concurrency;
  readonly #rate: Rate;
  readonly #budget: Budget;
  readonly #longestPauseMs: number;
  readonly #costOf: (result: AttemptResult, model: string) => number | undefined;
  /** Whether a price has to be known, as the budget is in money. */
  readonly #isPriced: (model: string) => boolean;

  constructor(parts: {
    client: ModelClient;
    concurrency: Concurrency;
    rate: Rate;
    budget: Budget;
    longestPauseMs: number;
    costOf: (result: AttemptResult, model: string) => number | undefined;
    isPriced: (model: string) => boolean;
  }) {
    this.#client = parts.client;
    this.#concurrency = parts.concurrency;
    this.#rate = parts.rate;
    this.#budget = parts.budget;
    this.#longestPauseMs = parts.longestPauseMs;
    this.#costOf = parts.costOf;
    this.#isPriced = parts.isPriced;
  }

  withoutSecrets(text: string): string {
    return this.#client.withoutSecrets(text);
  }

  /** Asks once, as soon as the limits allow it. That it was not begun is a result as well. */
  async attempt(_: Coordinate, request: AskedRequest, options: AskOptions): Promise<Sourced> {
    const { signal } = options;
    try {
      const result = await this.#concurrency.run(() => this.#withinLimits(request, options), signal);
      return { result, from: "model" };
    } catch (error) {
      if (!signal.aborted) throw error;
      return { result: notBegun(signal), from: "model" };
    }
  }

  async #withinLimits(request: AskedRequest, { signal, timeoutMs }: AskOptions): Promise<AttemptResult> {
    if (!this.#isPriced(request.model)) return unpriced(request.model);
    if (this.#budget.isSpent) return overBudget();
    await this.#rate.turn(signal);
    // Others have spent meanwhile.
    if (this.#budget.isSpent) return overBudget();
    const result = await this.#ask(request, { signal, timeoutMs });
    const cost_usd = result.usage && this.#costOf(result, request.model);
    if (result.usage) this.#budget.spend(result.usage, cost_usd);
    // Who asks for more is not asked again, and the others find out themselves: nobody stands still for a day.
    const { retry_after_ms = Infinity } = result;
    if (retry_after_ms <= this.#longestPauseMs) this.#rate.pause(retry_after_ms);
    return cost_usd === undefined ? result : { ...result, cost_usd };
  }

  async #ask(
    { model, sampling, messages, schema }: AskedRequest,
    options: AskOptions,
  ): Promise<AttemptResult> {
    try {
      const sent = messages.map(({ hash: _, ...message }) => message);
      const outcome = await this.#client.attempt(
        { model, sampling, messages: sent, ...(schema && { schema }) },
        options,
      );
      if (outcome.outcome !== "aborted") return outcome;
      return { ...outcome, broken_off_by: breakOffOf(options.signal) };
    } catch (error) {
      if (!(error instanceof ModelClientError)) throw error;
      return { outcome: "invalid", error: error.message, retryable: false, latency_ms: 0 };
    }
  }
}

/** Of a signal whose reason does not say: the run's own. */
function breakOffOf({ reason }: AbortSignal): BreakOff {
  return isBrokenOff(reason) ? reason.code : "signal";
}

export function notBegun(signal: AbortSignal): AttemptResult {
  return {
    outcome: "aborted",
    error: "the call was broken off before it began",
    latency_ms: 0,
    broken_off_by: breakOffOf(signal),
  };
}

function overBudget(): AttemptResult {
  return {
    outcome: "aborted",
    error: "the budget is spent: the call was not begun",
    latency_ms: 0,
    broken_off_by: "budget",
  };
}

function unpriced(model: string): AttemptResult {
  return {
    outcome: "invalid",
    error: `no price is known of ${JSON.stringify(model)}, and llm.budget.usd is set: the call was not begun`,
    retryable: false,
    latency_ms: 0,
  };
}
