import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { isSecretParameter } from "@llm-sim/simulation";
import type { wrapLanguageModel } from "ai";
import { type ClientSettings, ModelClientError, type Provider } from "./model-client.ts";

/** A model of the provider's, never a bare name, for which `ai` would ask a hosted gateway. */
export type ModelOf = (id: string) => Parameters<typeof wrapLanguageModel>[0]["model"];

/** The key itself goes nowhere but into the provider's request headers. */
export function keyOf(
  { api_key_env: name }: ClientSettings,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (name === undefined) return undefined;
  const key = env[name]?.trim() ?? "";
  if (key === "")
    throw new ModelClientError(
      "LLM_KEY_MISSING",
      `llm.api_key_env names ${name}, which is not set: export ${name}=… or, for a server without keys, leave api_key_env out`,
    );
  // No header can hold it, and the error of who tries shows it.
  if (!/^[\x21-\x7e]+$/.test(key))
    throw new ModelClientError(
      "LLM_KEY_INVALID",
      `${name} holds no key: it has a space, a line's end or a letter beyond ASCII within`,
    );
  return key;
}

function addressOf(base_url: string | undefined): URL {
  const example = "give the server's address, such as http://localhost:11434/v1";
  if (base_url === undefined)
    throw new ModelClientError("LLM_ADDRESS_INVALID", `llm.base_url is missing: ${example}`);
  const url = URL.canParse(base_url) ? new URL(base_url) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new ModelClientError("LLM_ADDRESS_INVALID", `llm.base_url is no address: ${example}`);
  // Where a part is secret, it would stand in the config that is recorded, and in errors.
  const isSecret = [...url.searchParams.keys()].some(isSecretParameter);
  if (url.username !== "" || url.password !== "" || isSecret)
    throw new ModelClientError(
      "LLM_ADDRESS_INVALID",
      "llm.base_url holds a user, a password or a key: name a key by llm.api_key_env instead",
    );
  return url;
}

/** Goes where it is sent and no further: a redirect would take the key along. */
const fetchHere: typeof fetch = (input, init) => fetch(input, { ...init, redirect: "manual" });

export async function modelsOf(
  provider: Provider,
  settings: ClientSettings,
  apiKey: string | undefined,
): Promise<ModelOf> {
  if (provider === "anthropic") return anthropicModels(settings, apiKey);
  const address = addressOf(settings.base_url);
  const models = createOpenAICompatible({
    name: "openaiCompatible",
    baseURL: address.origin + address.pathname,
    // Azure's `api-version`, say.
    queryParams: Object.fromEntries(address.searchParams),
    supportsStructuredOutputs: true,
    fetch: fetchHere,
    ...(apiKey !== undefined && { apiKey }),
  });
  return once((id) => models.chatModel(id));
}

/** Each model is made once: providers make schemas along with it. */
function once(modelOf: ModelOf): ModelOf {
  const made = new Map<string, ReturnType<ModelOf>>();
  return (id) => {
    const model = made.get(id) ?? modelOf(id);
    made.set(id, model);
    return model;
  };
}

async function anthropicModels({ base_url }: ClientSettings, apiKey: string | undefined): Promise<ModelOf> {
  if (apiKey === undefined)
    throw new ModelClientError(
      "LLM_KEY_MISSING",
      "llm.api_key_env is missing: Anthropic's API wants a key, name its variable, such as ANTHROPIC_API_KEY",
    );
  const address = addressOf(base_url ?? "https://api.anthropic.com/v1");
  if (address.search !== "")
    throw new ModelClientError(
      "LLM_ADDRESS_INVALID",
      "llm.base_url holds a query, which Anthropic's API does not know: leave it out",
    );
  try {
    const { createAnthropic } = await import("@ai-sdk/anthropic");
    // What is not given, it would take from the environment.
    const models = createAnthropic({
      apiKey,
      baseURL: address.href,
      fetch: fetchHere,
    });
    return once((id) => models.languageModel(id));
  } catch (error) {
    if (!isMissing(error)) throw error;
    throw new ModelClientError(
      "LLM_PROVIDER_NOT_INSTALLED",
      "provider: anthropic needs a package that is not installed: npm install @ai-sdk/anthropic@3",
      { cause: error },
    );
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
}
