import type { ModelRequest } from "../request/index.ts";
import type { Outcome } from "./outcome.ts";

export const PROVIDERS = ["openai-compatible", "anthropic"] as const;
export type Provider = (typeof PROVIDERS)[number];

/** Node's `fetch` gives up on an answer's beginning, and on its going on, after 300 s: a longer timeout would never be reached. */
export const LONGEST_TIMEOUT_MS = 300_000;

/** How JSON is asked for: by its schema, as some JSON, or in the prompt alone. */
export const STRUCTURED_OUTPUTS = ["schema", "object", "off"] as const;
export type StructuredOutput = (typeof STRUCTURED_OUTPUTS)[number];

/** Where and as whom models are asked. */
export interface ClientSettings {
  /** Absent: `openai-compatible`, which Ollama, vLLM, LM Studio, OpenAI and most gateways are. */
  provider?: Provider;
  /** `http://localhost:11434/v1`; for Anthropic it may be left out. */
  base_url?: string;
  /** The environment variable that holds the key; absent: none is sent. */
  api_key_env?: string;
  /** Absent: `schema`. Some servers answer it with a 400 (DeepSeek's knows `object`); then the prompt has to say what is wanted. */
  structured_output?: StructuredOutput;
}

export interface AttemptOptions {
  signal?: AbortSignal;
  /** From the call on, in milliseconds, at most `LONGEST_TIMEOUT_MS`. */
  timeoutMs: number;
}

/** The one door to language models. */
export interface ModelClient {
  /**
   * Asks once: one request goes out, and is never repeated. Whatever comes of it is an outcome.
   *
   * @throws ModelClientError where the request cannot be sent at all (no message, a `tool` message, a timeout out of range): code is
   * wrong then
   */
  attempt(request: ModelRequest, options: AttemptOptions): Promise<Outcome>;
  /** A text without this client's key and whatever else has the form of one. */
  withoutSecrets(text: string): string;
}

export type ModelClientErrorCode =
  | "LLM_KEY_MISSING"
  | "LLM_KEY_INVALID"
  | "LLM_ADDRESS_INVALID"
  | "LLM_PROVIDER_NOT_INSTALLED"
  | "LLM_REQUEST_INVALID";

/** A model cannot be asked as things are set up. `message` is one line that says what to do. */
export class ModelClientError extends Error {
  readonly code: ModelClientErrorCode;

  constructor(code: ModelClientErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "ModelClientError";
    this.code = code;
  }
}
