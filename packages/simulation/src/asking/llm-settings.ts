import { durationOf } from "@llm-sim/events";
import { samplingSchema, TAPE_MODES } from "@llm-sim/events/tape/schema";
import * as z from "zod";

export const LLM_PROVIDERS = ["openai-compatible", "anthropic"] as const;
export const STRUCTURED_OUTPUTS = ["schema", "object", "off"] as const;

/** Node's `fetch` gives up on an answer after so long: a longer timeout would never be reached. */
export const LONGEST_TIMEOUT = "5min";
const EXAMPLE_URL = "http://localhost:11434/v1";

const whole = z.int({
  error: ({ code }) => (code === "invalid_type" ? "expected a whole number" : undefined),
});

/** Whether a text is a length of time above 0 and up to another one. */
export function isDuration(text: unknown, longest: string): text is string {
  const given = typeof text === "string" ? (durationOf(text) ?? 0) : 0;
  return given > 0 && given <= (durationOf(longest) ?? 0);
}

export function expectedDuration(example: string, longest: string): string {
  return `expected a length of time such as ${example}, above 0 and at most ${longest}`;
}

function duration(example: string, longest: string) {
  return z
    .unknown()
    .refine((given) => isDuration(given, longest), { message: expectedDuration(example, longest) })
    .transform(String);
}

const baseUrl = z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
  message: `expected a URL such as ${EXAMPLE_URL}`,
});

/** The `llm` block of a config: which model is asked, how, and within which limits. Lengths of time are texts: `30s`. */
export const llmSchema = z
  .strictObject({
    provider: z.enum(LLM_PROVIDERS).optional(),
    base_url: baseUrl.optional(),
    model: z.string().min(1),
    api_key_env: z
      .string()
      .regex(
        /^[A-Za-z_][A-Za-z0-9_]*$/,
        "expected the name of an environment variable, such as OPENAI_API_KEY",
      )
      .optional(),
    structured_output: z.enum(STRUCTURED_OUTPUTS).optional(),
    sampling: samplingSchema.optional(),
    concurrency: whole.min(1).max(10_000).optional(),
    requests_per_minute: whole.min(1).max(1_000_000).optional(),
    timeout: duration("60s", LONGEST_TIMEOUT).optional(),
    max_attempts: whole.min(1).max(100).optional(),
    retry: z
      .strictObject({
        first_delay: duration("1s", "1h").optional(),
        longest_delay: duration("60s", "1d").optional(),
        longest_retry_after: duration("5min", "1d").optional(),
      })
      .optional(),
    budget: z
      .strictObject({ tokens: whole.min(1).optional(), usd: z.number().positive().optional() })
      .optional(),
    tape: z.enum(TAPE_MODES).optional(),
    /** A tape that answers come from, in place of a model. */
    play: z.string().min(1).optional(),
  })
  .superRefine(({ provider = "openai-compatible", base_url, play }, context) => {
    if (provider !== "openai-compatible" || base_url !== undefined || play !== undefined) return;
    const message = `expected the server's address, such as ${EXAMPLE_URL}`;
    context.addIssue({ code: "custom", path: ["base_url"], message });
  });

/** The `llm` block of a config; `play` is absolute once it is loaded. */
export type LlmSettings = z.infer<typeof llmSchema>;

/** Whether what is wrong at a place of a config may be a secret that got there by mistake: an error must not show it. */
export function mayBeSecret(path: readonly (string | number)[], given: unknown): boolean {
  const [block, key] = path;
  if (block !== "llm") return false;
  return key === "api_key_env" || (key === "base_url" && typeof given === "string" && /[@?]/.test(given));
}

/** Whether a parameter of an address is, by its name, one that nobody is to see. */
export function isSecretParameter(name: string): boolean {
  return /key|token|secret|auth|password|signature|sig$/i.test(name);
}

/** The settings as they are recorded: without what of the address may be secret. */
export function recordedLlm(settings: LlmSettings): LlmSettings {
  const { base_url } = settings;
  if (base_url === undefined) return settings;
  const url = new URL(base_url);
  const secret = [...url.searchParams.keys()].filter(isSecretParameter);
  if (url.username === "" && url.password === "" && secret.length === 0) return settings;
  url.username = "";
  url.password = "";
  for (const name of secret) url.searchParams.delete(name);
  return { ...settings, base_url: url.href };
}
