import { setTimeout as wait } from "node:timers/promises";
import type { EventHandle } from "@llm-sim/events";
import type { JsonObject } from "@llm-sim/events/schema";
import type { Attempt } from "@llm-sim/events/tape";
import { type AttemptResult, type Coordinate, coordinateText } from "@llm-sim/events/tape/schema";
import {
  AskError,
  type Call,
  type CallTotals,
  type LlmSettings,
  type Models,
  type Question,
  type Reply,
} from "@llm-sim/simulation";
import type * as z from "zod";
import type { TakenApart } from "../answer/index.ts";
import { type RetryPolicy, retryDelayMs } from "../limits/index.ts";
import { jsonSchemaFor } from "../request/index.ts";
import { type AskedRequest, RequestMaker } from "./asked-request.ts";
import { type Attempted, failureOf, reportOf } from "./attempt-report.ts";
import { followUp } from "./follow-up.ts";
import { Notices } from "./notices.ts";
import { callSettings } from "./settings.ts";
import type { Source } from "./source.ts";
import type { Spending } from "./spending.ts";
import { askedAgain, takenAnswer } from "./taken-answer.ts";

type Taken<T> = Extract<TakenApart<T>, { ok: true }>;

export interface AskedModelsParts {
  settings: LlmSettings;
  retry: RetryPolicy;
  source: Source;
  spending: Spending;
  random: () => number;
  isPlaying: boolean;
}

/** Asks, records, takes the answer apart, and asks again where it has to. */
export class AskedModels implements Models {
  readonly #parts: AskedModelsParts;
  readonly #maker: RequestMaker;
  readonly #notices = new Notices();
  /** An engine or agent has one schema for all of its turns. */
  readonly #schemas = new WeakMap<z.ZodType, JsonObject>();

  constructor(parts: AskedModelsParts) {
    this.#parts = parts;
    this.#maker = new RequestMaker((text) => parts.source.withoutSecrets(text));
  }

  get isSpent(): boolean {
    return this.#parts.spending.isSpent;
  }

  get isPlaying(): boolean {
    return this.#parts.isPlaying;
  }

  get failure(): Error | undefined {
    return this.#parts.source.failure;
  }

  get spent(): { tokens: number; usd: number } {
    return this.#parts.spending.spent;
  }

  totals(): CallTotals | undefined {
    return this.#parts.spending.totals();
  }

  async ask<T>(question: Question<T>, call: Call): Promise<Reply<T>> {
    const { source, spending, retry, random } = this.#parts;
    const { model, sampling, timeoutMs, maxAttempts } = callSettings(question, this.#parts.settings);
    const schema = question.schema && this.#schemaOf(question.schema, question.purpose);
    const policy = { ...retry, max_attempts: maxAttempts };
    let messages = this.#maker.messages(question.messages);
    for (let number = 1; ; number++) {
      const request = this.#maker.request({ model, sampling, messages, schema });
      const own: Coordinate = { ...call.coordinate, attempt: number };
      const options = { signal: call.signal, timeoutMs };
      const { result, from, coordinate = own } = await source.attempt(own, request, options);
      const taken = result.outcome === "response" ? takenAnswer(result, question) : undefined;
      const attempted: Attempted = { coordinate, model, result, taken };
      const delay = taken ? askedAgain(taken, number, policy) : retryDelayMs(result, number, policy, random);
      const event = await call.record(
        attemptOf(coordinate, request, result),
        reportOf(attempted, delay === undefined),
      );
      spending.note(result, from);
      this.#notices.of(attempted, call);
      if (taken?.ok) return replyOf(taken, attempted, number, event);
      if (delay === undefined) throw givenUp(attempted, number);
      if (taken)
        messages = [...messages, ...this.#maker.messages(followUp(result.text ?? "", taken, schema))];
      else if (from === "model") await pause(delay, call.signal);
    }
  }

  #schemaOf(schema: z.ZodType, purpose: string): JsonObject {
    const known = this.#schemas.get(schema);
    if (known) return known;
    try {
      const made = this.#maker.schema(jsonSchemaFor(schema));
      this.#schemas.set(schema, made);
      return made;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new AskError(
        "LLM_REQUEST_INVALID",
        `The question for ${purpose} cannot be asked: its schema cannot be said as JSON Schema: ${reason}.`,
        { cause: error },
      );
    }
  }
}

function attemptOf(coordinate: Coordinate, request: AskedRequest, result: AttemptResult): Attempt {
  const { model, sampling, messages, schema } = request;
  return { ...result, coordinate, model, sampling, messages, schema };
}

function replyOf<T>(
  taken: Taken<T>,
  { model, result }: Attempted,
  attempts: number,
  event: EventHandle,
): Reply<T> {
  const { text = "", served_model, usage, cost_usd } = result;
  return {
    value: taken.value,
    text,
    marks: taken.marks,
    model,
    served_model,
    usage,
    cost_usd,
    attempts,
    event,
  };
}

function givenUp(attempted: Attempted, attempts: number): AskError {
  const { type = attempted.result.outcome, message = "" } = failureOf(attempted) ?? {};
  const call = coordinateText(attempted.coordinate);
  const tries = attempts === 1 ? "" : ` (${attempts} attempts)`;
  return new AskError(type, `${attempted.model} gave no answer that fits to ${call}: ${message}${tries}.`);
}

/** The signal's end is what the next attempt says. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(milliseconds, undefined, { signal }).catch(() => undefined);
}
