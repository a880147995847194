import type { ClientSettings, ModelClient } from "./model-client.ts";

/**
 * Makes the client for a provider. It opens no connection. `ai` is loaded with the first one: who plays from a tape never does.
 *
 * @param env where the key is looked up
 * @throws ModelClientError where the key's variable is not set or holds no key, the address is missing or is none, or the provider's
 * package is not installed
 */
export async function createModelClient(
  settings: ClientSettings,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ModelClient> {
  const { aiClient } = await import("./ai-client.ts");
  return aiClient(settings, env);
}
