import {
  type Message,
  messageSchema,
  requestSchema,
  samplingSchema,
  type Usage,
} from "@llm-sim/events/tape/schema";
import {
  type CallWarning,
  generateText,
  type LanguageModelUsage,
  type ModelMessage,
  Output,
  wrapLanguageModel,
} from "ai";
import * as z from "zod";
import { isStrictSchema, type ModelRequest } from "../request/index.ts";
import { failureOf } from "./failure.ts";
import {
  type AttemptOptions,
  type ClientSettings,
  LONGEST_TIMEOUT_MS,
  type ModelClient,
  ModelClientError,
  type Provider,
  type StructuredOutput,
} from "./model-client.ts";
import { estimateTokens, type FinishReason, type Outcome, type Untimed } from "./outcome.ts";
import { keyOf, type ModelOf, modelsOf } from "./provider-models.ts";
import { withoutSecrets } from "./secrets.ts";

/** Everything but the loading of `ai`: see `createModelClient`. */
export async function aiClient(
  settings: ClientSettings,
  env: Readonly<Record<string, string | undefined>>,
): Promise<ModelClient> {
  const provider = settings.provider ?? "openai-compatible";
  const key = keyOf(settings, env);
  const structured = settings.structured_output ?? "schema";
  return new Client(provider, await modelsOf(provider, settings, key), key, structured);
}

class Client implements ModelClient {
  readonly #provider: Provider;
  readonly #modelOf: ModelOf;
  readonly #secrets: readonly string[];
  readonly #structured: StructuredOutput;

  constructor(provider: Provider, modelOf: ModelOf, key: string | undefined, structured: StructuredOutput) {
    this.#structured = structured;
    this.#provider = provider;
    this.#modelOf = modelOf;
    this.#secrets = key === undefined ? [] : [key];
  }

  withoutSecrets(text: string): string {
    return withoutSecrets(text, this.#secrets);
  }

  async attempt(request: ModelRequest, { signal, timeoutMs }: AttemptOptions): Promise<Outcome> {
    checkRequest(request);
    checkTimeout(timeoutMs);
    const messages = request.messages.map((message, index) => this.#sent(message, index));
    const started = performance.now();
    const ending = new Ending(timeoutMs, signal);
    let end: Untimed<Outcome>;
    try {
      ending.signal.throwIfAborted();
      end = await this.#answer(request, messages, ending.signal);
    } catch (error) {
      end = ending.outcome ?? failureOf(error, (text) => this.withoutSecrets(text));
    } finally {
      ending.clear();
    }
    return { ...end, latency_ms: Math.round(performance.now() - started) };
  }

  async #answer(request: ModelRequest, messages: ModelMessage[], abortSignal: AbortSignal) {
    const { model, sampling, schema } = request;
    const warnings: string[] = [];
    // `ai` says the model that was asked where the server says none.
    let served: string | undefined;
    const result = await generateText({
      model: wrapLanguageModel({
        model: this.#modelOf(model),
        middleware: {
          specificationVersion: "v3",
          // `ai` prints warnings to the console; here they are a part of the outcome.
          wrapGenerate: async ({ doGenerate }) => {
            const generated = await doGenerate();
            served = generated.response?.modelId;
            for (const warning of generated.warnings) warnings.push(warningText(warning));
            return { ...generated, warnings: [] };
          },
        },
      }),
      messages,
      allowSystemInMessages: true,
      maxRetries: 0,
      abortSignal,
      temperature: sampling.temperature,
      topP: sampling.top_p,
      maxOutputTokens: sampling.max_tokens,
      seed: sampling.seed,
      stopSequences: sampling.stop && [...sampling.stop],
      // The text is taken apart by `answer/`: where it does not fit, `ai` throws, and what it cost is lost.
      ...(schema !== undefined &&
        this.#structured !== "off" && {
          output: {
            ...Output.text(),
            responseFormat: Promise.resolve({
              type: "json" as const,
              ...(this.#structured === "schema" && { schema, name: "answer" }),
            }),
          },
          providerOptions: { openaiCompatible: { strictJsonSchema: isStrictSchema(schema) } },
        }),
    });
    const text = this.withoutSecrets(result.text);
    const reasoning = this.withoutSecrets(result.reasoningText ?? "");
    const asked = request.messages.map(({ content }) => content).join("\n");
    return {
      outcome: "response" as const,
      text,
      ...(reasoning !== "" && { reasoning }),
      finish_reason: finishReason(result.finishReason),
      ...(served && { served_model: this.withoutSecrets(served) }),
      usage: usageOf(result.usage, asked, text + reasoning),
      ...(warnings.length > 0 && { warnings }),
    };
  }

  #sent({ role, content, name }: Message, index: number): ModelMessage {
    if (role === "tool")
      throw new ModelClientError(
        "LLM_REQUEST_INVALID",
        `messages[${index}] has the role "tool": tool calls cannot be sent, make it "user"`,
      );
    if (name === undefined) return { role, content };
    if (this.#provider === "anthropic")
      throw new ModelClientError(
        "LLM_REQUEST_INVALID",
        `messages[${index}] has the name "${name}", which Anthropic's API does not know: write it into the content`,
      );
    const providerOptions = { openaiCompatible: { name } };
    // Of a user's message, the provider looks at the part.
    if (role === "user") return { role, content: [{ type: "text", text: content, providerOptions }] };
    return { role, content, providerOptions };
  }
}

/** What ends an attempt from this side: the caller's signal or the time. Whichever is first is the outcome. */
class Ending {
  /** `undefined` while neither has come. */
  outcome: Untimed<Outcome> | undefined;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #caller: AbortSignal | undefined;

  constructor(timeoutMs: number, caller: AbortSignal | undefined) {
    const error = `no answer within ${timeoutMs / 1000} s`;
    this.#timer = setTimeout(() => this.#end({ outcome: "timeout", error }), timeoutMs);
    this.#caller = caller;
    if (caller?.aborted) this.#abort();
    else caller?.addEventListener("abort", this.#abort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#caller?.removeEventListener("abort", this.#abort);
  }

  readonly #abort = () => this.#end({ outcome: "aborted", error: "the call was broken off" });

  #end(outcome: Untimed<Outcome>): void {
    this.outcome ??= outcome;
    this.#controller.abort();
  }
}

const sendableSchema = z.object({
  model: requestSchema.shape.model,
  sampling: samplingSchema,
  messages: z.array(messageSchema).min(1),
});

function checkRequest(request: ModelRequest): void {
  const [issue] = sendableSchema.safeParse(request).error?.issues ?? [];
  if (issue === undefined) return;
  throw new ModelClientError(
    "LLM_REQUEST_INVALID",
    `${issue.path.join(".")} cannot be sent: ${issue.message}`,
  );
}

function checkTimeout(timeoutMs: number): void {
  if (Number.isFinite(timeoutMs) && timeoutMs >= 1 && timeoutMs <= LONGEST_TIMEOUT_MS) return;
  throw new ModelClientError(
    "LLM_REQUEST_INVALID",
    `a timeout of ${timeoutMs} ms cannot be kept: give 1 to ${LONGEST_TIMEOUT_MS} ms`,
  );
}

function finishReason(reason: string): FinishReason {
  return reason === "stop" || reason === "length" || reason === "content-filter" ? reason : "other";
}

function usageOf(
  { inputTokens, outputTokens, inputTokenDetails, outputTokenDetails }: LanguageModelUsage,
  asked: string,
  said: string,
): Usage {
  const { cacheReadTokens: cached } = inputTokenDetails;
  const { reasoningTokens: reasoning } = outputTokenDetails;
  return {
    input_tokens: inputTokens ?? estimateTokens(asked),
    output_tokens: outputTokens ?? estimateTokens(said),
    ...(cached && { cached_tokens: cached }),
    ...(reasoning && { reasoning_tokens: reasoning }),
    ...((inputTokens === undefined || outputTokens === undefined) && { estimated: true as const }),
  };
}

/** Our names of what `ai` calls otherwise. */
const NAMES = new Map([
  ["maxOutputTokens", "max_tokens"],
  ["topP", "top_p"],
  ["stopSequences", "stop"],
  ["responseFormat", "schema"],
]);

function warningText(warning: CallWarning): string {
  if (warning.type === "other") return warning.message;
  const { feature, details } = warning;
  return details ?? `${NAMES.get(feature) ?? feature} is not supported`;
}
