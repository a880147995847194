import { isSecret, SECRET } from "@llm-sim/simulation";

export { SECRET };

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
 * A text without secrets: the given ones by their literal value (also as a URL, a JSON string or base64 has it), then whatever has the
 * form of one. A text without any is given back as it is, and doing it again changes nothing.
 *
 * @param secrets keys; one of fewer than 8 characters is none
 */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let rest = text;
  for (const secret of literalOf(secrets)) rest = rest.replaceAll(secret, SECRET);
  for (const form of KNOWN_FORMS) rest = rest.replaceAll(form, SECRET);
  return rest;
}

/** A client has its own, and cleans every text of them. */
const literals = new WeakMap<readonly string[], readonly string[]>();

function literalOf(secrets: readonly string[]): readonly string[] {
  const known = literals.get(secrets);
  if (known) return known;
  // The longest first: one may be a part of another.
  const made = [...new Set(secrets.filter(isSecret).flatMap(spellings))].toSorted(
    (left, right) => right.length - left.length,
  );
  literals.set(secrets, made);
  return made;
}

function spellings(secret: string): string[] {
  const inUrl = encodeURIComponent(secret.toWellFormed());
  const lowerCase = inUrl.replaceAll(/%[0-9A-F]{2}/g, (sign) => sign.toLowerCase());
  return [secret, inUrl, lowerCase, JSON.stringify(secret).slice(1, -1), ...inBase64(secret)];
}

/** Also within something longer, as `user:key` is: of each of the three ways to begin in it, what depends on the secret alone. */
function inBase64(secret: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    const whole = bytes.toString("base64").replace(/=+$/, "");
    const text = whole.slice(Math.ceil((before * 8) / 6), bytes.length % 3 === 0 ? undefined : -1);
    return [text, text.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
