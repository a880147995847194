/** What stands where a secret was. */
export const SECRET = "[secret]";

/** Shorter ones, and these, are what local servers take for a key where one has to be given: words that texts are full of. */
const SHORTEST = 8;
const NO_SECRETS = new Set(["lm-studio", "not-needed", "no-key-required", "placeholder"]);

/** Forms that are secrets wherever they come from; each with a digit or of a length that no word has. */
const KNOWN_FORMS: readonly RegExp[] = [
  // RFC 6750: an Authorization header's value.
  /(?<=\bBearer\s+)(?=[\w.~+/=-]*\d)[\w.~+/=-]{8,}/gi,
  // OpenAI, Anthropic, OpenRouter, DeepSeek; with stars as OpenAI's own errors show them.
  /\bsk-(?=[\w*-]*[\d*])[\w*-]{8,}|\bsk-[\w*-]{20,}/g,
  // Groq, Hugging Face, xAI, GitHub, Google.
  /\b(?:gsk_|hf_|xai-|ghp_|AIza)[\w-]{16,}/g,
];

/**
 * A text without secrets: the given ones by their literal value (also as a URL or a JSON string has it), then whatever has the form of
 * one. A text without any is given back as it is, and doing it again changes nothing.
 *
 * @param secrets keys; one of fewer than 8 characters is none
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let rest = text;
  const literal = secrets.filter(isSecret).flatMap(spellings);
  // The longest first: one may be a part of another.
  for (const secret of literal.toSorted((left, right) => right.length - left.length))
    rest = rest.replaceAll(secret, SECRET);
  for (const form of KNOWN_FORMS) rest = rest.replaceAll(form, SECRET);
  return rest;
}

function isSecret(secret: string): boolean {
  return secret.length >= SHORTEST && !NO_SECRETS.has(secret);
}

function spellings(secret: string): string[] {
  return [
    ...new Set([secret, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1)]),
  ];
}
