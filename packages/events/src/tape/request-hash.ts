import { hash } from "node:crypto";
import type { JsonValue } from "../schema/index.ts";
import { canonicalJson } from "../state/index.ts";
import type { CanonicalRequest, Message, Sampling } from "./schema/index.ts";

/** `sha256:` and, in hex, the SHA-256 of the canonical JSON (RFC 8785, UTF-8) of a value: of a JSON Schema, say. */
export function jsonHash(value: JsonValue): string {
  return `sha256:${hash("sha256", canonicalJson(value), "hex")}`;
}

/** The hash of `{ role, content, name? }`. */
export function messageHash({ role, content, name }: Message): string {
  return jsonHash(name === undefined ? { role, content } : { role, content, name });
}

/**
 * The hash of what is asked, whoever serves it: `{ model, sampling, messages: [hash …], schema?: hash }`. What is not given
 * is left out.
 */
export function requestHash({ model, sampling, messages, schema }: CanonicalRequest): string {
  const request = { model, sampling: given(sampling), messages };
  return jsonHash(schema === undefined ? request : { ...request, schema });
}

function given({ temperature, top_p, max_tokens, seed, stop }: Sampling): { [name: string]: JsonValue } {
  return {
    ...(temperature !== undefined && { temperature }),
    ...(top_p !== undefined && { top_p }),
    ...(max_tokens !== undefined && { max_tokens }),
    ...(seed !== undefined && { seed }),
    ...(stop !== undefined && { stop }),
  };
}
