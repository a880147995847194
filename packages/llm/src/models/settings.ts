import { durationOf } from "@llm-sim/events";
import { type Sampling, samplingSchema } from "@llm-sim/events/tape/schema";
import { AskError, type LlmSettings, type Question } from "@llm-sim/simulation";
import { LONGEST_TIMEOUT_MS } from "../client/index.ts";
import { DEFAULT_RETRY, type RetryPolicy } from "../limits/index.ts";

export const DEFAULT_CONCURRENCY = 8;
export const DEFAULT_TIMEOUT = "60s";

/** How one question is asked. */
export interface CallSettings {
  model: string;
  sampling: Sampling;
  timeoutMs: number;
  maxAttempts: number;
}

/**
 * The config's settings with the question's before them.
 *
 * @throws AskError LLM_REQUEST_INVALID where one of them cannot be
 */
export function callSettings(question: Question<unknown>, settings: LlmSettings): CallSettings {
  const { model = settings.model } = question;
  const sampling = samplingSchema.safeParse({ ...settings.sampling, ...given(question.sampling) });
  if (!sampling.success) {
    const [issue] = sampling.error.issues;
    throw invalid(question, `sampling.${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
  }
  const { max_attempts: maxAttempts = settings.max_attempts ?? DEFAULT_RETRY.max_attempts } = question;
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1)
    throw invalid(question, `max_attempts is ${maxAttempts}: give a whole number from 1`);
  const timeout = question.timeout ?? settings.timeout ?? DEFAULT_TIMEOUT;
  const timeoutMs = millisecondsOf(timeout);
  if (timeoutMs === undefined || timeoutMs < 1 || timeoutMs > LONGEST_TIMEOUT_MS)
    throw invalid(
      question,
      `timeout is ${JSON.stringify(timeout)}: give 1ms to ${LONGEST_TIMEOUT_MS / 1000}s, such as ${DEFAULT_TIMEOUT}`,
    );
  return { model, sampling: sampling.data, timeoutMs, maxAttempts };
}

/** @throws RangeError where one of them is no time */
export function retryPolicy({ retry = {} }: LlmSettings): RetryPolicy {
  const time = (name: keyof typeof retry, otherwise: number) => {
    const text = retry[name];
    if (text === undefined) return otherwise;
    const milliseconds = millisecondsOf(text);
    if (milliseconds === undefined)
      throw new RangeError(`llm.retry.${name} is ${JSON.stringify(text)}: give a time such as 2s`);
    return milliseconds;
  };
  return {
    max_attempts: DEFAULT_RETRY.max_attempts,
    first_delay_ms: time("first_delay", DEFAULT_RETRY.first_delay_ms),
    longest_delay_ms: time("longest_delay", DEFAULT_RETRY.longest_delay_ms),
    longest_retry_after_ms: time("longest_retry_after", DEFAULT_RETRY.longest_retry_after_ms),
  };
}

/** Members that are not given leave the config's as they are. */
function given(sampling: Sampling = {}): Sampling {
  return Object.fromEntries(Object.entries(sampling).filter(([, value]) => value !== undefined));
}

function millisecondsOf(time: string): number | undefined {
  const microseconds = durationOf(time);
  return microseconds === undefined ? undefined : microseconds / 1000;
}

function invalid({ purpose }: Question<unknown>, what: string): AskError {
  return new AskError("LLM_REQUEST_INVALID", `The question for ${purpose} cannot be asked: ${what}.`);
}
