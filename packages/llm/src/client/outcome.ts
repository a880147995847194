import type { Usage } from "@llm-sim/events/tape/schema";

/**
 * Why an answer ended: `stop` by itself, `length` at the limit of its tokens, `content-filter` as the model or a filter declined,
 * `other` for what else a server may say.
 */
export type FinishReason = "stop" | "length" | "content-filter" | "other";

/** What became of one attempt to ask. Nothing of it holds a secret; it can go onto the tape as it is. `latency_ms` is the time it took. */
export type Outcome =
  | {
      outcome: "response";
      text: string;
      /** Thinking that the server gave apart from the text. */
      reasoning?: string;
      finish_reason: FinishReason;
      /** The model that the server says has answered. */
      served_model?: string;
      /** With both counts always; `estimated` where the server gave none. */
      usage: Usage;
      /** What the provider does not do of what was asked, a line each: `seed is not supported`. */
      warnings?: readonly string[];
      latency_ms: number;
    }
  | {
      outcome: "http_error";
      status: number;
      /** What the server says, or, where it says nothing, what its status means. */
      error: string;
      /** Whether the same request may go well later. */
      retryable: boolean;
      /** As the server asks for. */
      retry_after_ms?: number;
      latency_ms: number;
    }
  /** No answer came: no connection, or it ended before one began. */
  | { outcome: "network"; error: string; latency_ms: number }
  /** No answer within the time. */
  | { outcome: "timeout"; error: string; latency_ms: number }
  /** The caller's signal: nothing is known of an answer. */
  | { outcome: "aborted"; error: string; latency_ms: number }
  /**
   * An answer that is no chat completion: not JSON, of another shape, or it broke off. `text` is how it began. Not `retryable`: a request
   * that cannot be sent.
   */
  | { outcome: "invalid"; error: string; text?: string; retryable?: false; latency_ms: number };

/** Before it is known how long it took. */
export type Untimed<T> = T extends unknown ? Omit<T, "latency_ms"> : never;

export type OutcomeKind = Outcome["outcome"];

/**
 * About how many tokens a text has: one for every four bytes of UTF-8, which is near the truth for English prose under the usual
 * vocabularies, and within a factor of two for most else.
 */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / 4);
}
