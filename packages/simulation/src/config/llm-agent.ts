import { codeOf } from "@llm-sim/events/errors";
import { recordByName } from "@llm-sim/events/schema";
import { samplingSchema } from "@llm-sim/events/tape/schema";
import * as z from "zod";
import { isParamsError, makeAgent } from "../agent/index.ts";
import { messageOf } from "../run/index.ts";
import { findCode, LLM_TYPE } from "./code.ts";
import { ConfigError } from "./config-error.ts";
import type { ModuleLoader } from "./module-loader.ts";
import type { ConfigPath, ConfigSource } from "./source.ts";
import { parseFor } from "./static-schema.ts";

const words = z.string().min(1);
const whole = z.int({
  error: ({ code }) => (code === "invalid_type" ? "expected a whole number" : undefined),
});

const template = z.preprocess(
  (given) => (typeof given === "string" ? { file: given } : given),
  z
    .strictObject(
      { file: words.optional(), text: z.string().optional() },
      { error: ({ code }) => (code === "invalid_type" ? "expected the path of a file" : undefined) },
    )
    .refine(({ file, text }) => file !== undefined || text !== undefined, {
      message: "expected the path of a file, or { text: … }",
    })
    .refine(({ file }) => !file?.includes("\n"), {
      message: "expected the path of a file; a template in the config itself is { text: … }",
    }),
);

const FALLBACK =
  "expected sit_out, or what it does instead: { decision_type, actions: [{ action_type, payload }] }";

/** What an entry of the config's agents says beside other types' keys, where it is of type `llm`. */
export const llmAgentKeys = {
  persona: words.optional(),
  /** Instead of the `llm` block's. */
  model: words.optional(),
  /** Beside, and before, the `llm` block's. */
  sampling: samplingSchema.optional(),
  /** Of the engine's, those that it can do; without it, all. */
  actions: z.array(words).min(1).optional(),
  memory: z.strictObject({ tokens: whole.min(0) }).optional(),
  /** What it does when no answer can be used; without it, it sits the turn out. */
  fallback: z
    .preprocess(
      (given) => (given === "sit_out" ? undefined : given),
      z
        .strictObject(
          {
            decision_type: words.optional(),
            description: words.max(500).optional(),
            actions: z
              .array(
                z.strictObject({
                  action_type: words,
                  payload: recordByName(z.unknown()).optional(),
                }),
              )
              .optional(),
          },
          { error: ({ code }) => (code === "invalid_type" ? FALLBACK : undefined) },
        )
        .optional(),
    )
    .optional(),
  prompt: z.strictObject({ system: template.optional(), user: template.optional() }).optional(),
};

/** The keys of an entry of type `llm` that are its own. */
export const llmAgentSchema = z.strictObject(llmAgentKeys);
/** As they are written: `prompt: { system: "./system.md" }`. */
export type LlmAgentSettings = z.input<typeof llmAgentSchema>;

type LlmAgentKeys = z.output<typeof llmAgentSchema>;

/** Those of an entry that are for type `llm` alone. */
export function llmKeysOf({
  persona,
  model,
  sampling,
  actions,
  memory,
  fallback,
  prompt,
}: LlmAgentKeys): LlmAgentKeys {
  return { persona, model, sampling, actions, memory, fallback, prompt };
}

/**
 * An entry with what counts where it says nothing, and with the texts of its templates; one of another type as it is.
 *
 * @param at where in the config it stands
 * @throws ConfigError where it has keys that are not for its type, or no model is there to ask
 */
export async function completeAgent<
  Entry extends LlmAgentKeys & { name: string; type: string; params?: object | undefined },
>(
  entry: Entry,
  at: ConfigPath,
  { loader, source, isAsking }: { loader: ModuleLoader; source: ConfigSource; isAsking: boolean },
): Promise<Entry> {
  const { type } = entry;
  if (type !== LLM_TYPE) {
    const [key] = Object.entries(llmKeysOf(entry)).flatMap(([name, value]) =>
      value === undefined ? [] : name,
    );
    if (key === undefined) return entry;
    const message = `${key} is for agents of type ${LLM_TYPE}, and this one is of type ${type}: what it takes stands under params`;
    throw new ConfigError(source.file, [source.problem("CONFIG_UNKNOWN_KEY", message, at, key)]);
  }
  if (entry.params !== undefined) {
    const message = `an agent of type ${LLM_TYPE} has no params: ${Object.keys(llmAgentKeys).join(", ")} stand beside its type`;
    throw new ConfigError(source.file, [source.problem("CONFIG_UNKNOWN_KEY", message, at, "params")]);
  }
  if (!isAsking) refuseWithoutModel(source, [...at, "type"]);
  const code = await findCode("agent", type, loader, source, [...at, "type"]);
  const { system, user } = entry.prompt ?? {};
  const prompt = {
    system: system && withText(system, [...at, "prompt", "system"], loader, source),
    user: user && withText(user, [...at, "prompt", "user"], loader, source),
  };
  const given = { ...llmKeysOf(entry), prompt };
  const params = parseFor(code, "params", given, source, at);
  try {
    // What it makes of its templates is known before there is an engine, whose actions are looked at later.
    makeAgent(code, { id: entry.name, params, initial_state: {} });
  } catch (error) {
    if (!isParamsError(error)) throw error;
    const { message, path } = error.below(at);
    return source.refuse("CONFIG_INVALID_VALUE", message, path, error);
  }
  return Object.assign({}, entry, params);
}

/** @throws ConfigError that says which model to name */
export function refuseWithoutModel(source: ConfigSource, path: ConfigPath): never {
  const message = `agents of type ${LLM_TYPE} ask a language model, and the config has no llm block that says which: add, for instance, llm: { base_url: http://localhost:11434/v1, model: llama3.1 }`;
  return source.refuse("CONFIG_NEEDS_MODEL", message, path);
}

/** A template with its text, which goes into the recorded config, and its file's hash among the modules. */
function withText(
  { file, text }: { file?: string | undefined; text?: string | undefined },
  path: ConfigPath,
  loader: ModuleLoader,
  source: ConfigSource,
): { file?: string | undefined; text: string } {
  if (file === undefined) return { text: text ?? "" };
  const named = loader.relativePath(file);
  let read = text;
  try {
    read ??= loader.readText(file);
  } catch (error) {
    const problem =
      codeOf(error) === "ENOENT"
        ? `there is no template ${named}; paths are relative to the config`
        : `the template ${named} cannot be read: ${messageOf(error)}`;
    return source.refuse("CONFIG_MODULE_NOT_FOUND", problem, path, error);
  }
  loader.noteText(file, read);
  return { file: named, text: read };
}

/** The files of templates whose texts a recorded config holds: they need not be there any more. */
export function recordedTemplates(config: unknown): string[] {
  const { data } = recordedSchema.safeParse(config);
  return (data?.agents ?? []).flatMap(({ prompt = {} }) =>
    [prompt.system, prompt.user].flatMap((one) =>
      one?.file === undefined || one.text === undefined ? [] : one.file,
    ),
  );
}

const recordedSchema = z.object({ agents: z.array(z.object({ prompt: llmAgentKeys.prompt })) });
