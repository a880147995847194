import { type JsonObject, type JsonValue, jsonObjectSchema } from "@llm-sim/events/schema";
import type { LlmSettings } from "./llm-settings.ts";

/** What stands where a secret was. */
export const SECRET = "[secret]";

/** Shorter ones, and these, are what local servers take for a key where one has to be given: words that texts are full of. */
const SHORTEST = 8;
const NO_SECRETS = new Set(["lm-studio", "not-needed", "no-key-required", "placeholder"]);

export function isSecret(key: string): boolean {
  return key.length >= SHORTEST && !NO_SECRETS.has(key);
}

/** A config as it is recorded: without the key that its settings name, which a persona or a template may hold. */
export function withoutKey(
  config: JsonObject,
  settings: LlmSettings | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): JsonObject {
  const name = settings?.api_key_env;
  const key = name === undefined ? "" : (env[name]?.trim() ?? "");
  if (!isSecret(key)) return config;
  const literal = JSON.stringify(key).slice(1, -1);
  const text = JSON.stringify(config);
  if (!text.includes(literal)) return config;
  const clean: JsonValue = JSON.parse(text.replaceAll(literal, SECRET));
  return jsonObjectSchema.parse(clean);
}
