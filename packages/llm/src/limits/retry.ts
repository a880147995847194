import type { AttemptResult } from "@llm-sim/events/tape/schema";

/** What decides whether and when an attempt is made again; of the client or of a tape. */
type Ended = Pick<AttemptResult, "outcome" | "retryable" | "retry_after_ms">;

/** When an attempt that failed is made again. */
export interface RetryPolicy {
  /** The first one included. */
  max_attempts: number;
  /** Before the second attempt, in milliseconds; it doubles with each. */
  first_delay_ms: number;
  /** No delay of our own is longer. */
  longest_delay_ms: number;
  /** Who asks for a longer wait than this by `Retry-After` is not asked again: a run shall not stand still for a day. */
  longest_retry_after_ms: number;
}

export const DEFAULT_RETRY: Readonly<RetryPolicy> = {
  max_attempts: 4,
  first_delay_ms: 1000,
  longest_delay_ms: 60_000,
  longest_retry_after_ms: 300_000,
};

/** Whether asking the same again may go better: not where the server says that the request is wrong, nor where the caller broke off. */
export function isRetryable({ outcome, retryable }: Ended): boolean {
  switch (outcome) {
    case "http_error":
      return retryable ?? false;
    case "invalid":
      return retryable ?? true;
    case "network":
    case "timeout":
      return true;
    case "response":
    case "aborted":
      return false;
  }
}

/**
 * How long to wait before the next attempt, in milliseconds: doubled each time, half of it drawn (so that those who failed together do
 * not come back together), and never shorter than the server asks for.
 *
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter ("equal jitter")
 *
 * @param attempt the number of the one that ended so, from 1
 * @param random draws from [0, 1)
 * @returns `undefined` where there is no next attempt
 */
export function retryDelayMs(
  ended: Ended,
  attempt: number,
  policy: RetryPolicy = DEFAULT_RETRY,
  random: () => number = Math.random,
): number | undefined {
  if (attempt >= policy.max_attempts || !isRetryable(ended)) return undefined;
  const asked = ended.retry_after_ms ?? 0;
  if (asked > policy.longest_retry_after_ms) return undefined;
  const longest = Math.min(policy.first_delay_ms * 2 ** (attempt - 1), policy.longest_delay_ms);
  const own = longest * (0.5 + 0.5 * random());
  // Who was told the same time comes back spread as well.
  return Math.round(asked === 0 ? own : asked + Math.min(own, asked / 2));
}
