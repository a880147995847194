import { type JsonObject, jsonObjectSchema } from "@llm-sim/events/schema";
import { type HashedMessage, jsonHash, messageHash, requestHash } from "@llm-sim/events/tape";
import type { Message, Sampling } from "@llm-sim/events/tape/schema";

/** What one attempt asks, with its hashes; without secrets. */
export interface AskedRequest {
  model: string;
  sampling: Sampling;
  messages: readonly HashedMessage[];
  schema?: JsonObject | undefined;
  hash: string;
}

/** Takes secrets out of what is asked, before anything is hashed of it. */
export class RequestMaker {
  readonly #clean: (text: string) => string;
  /** A schema is asked for again and again. */
  readonly #schemaHashes = new WeakMap<JsonObject, string>();

  constructor(clean: (text: string) => string) {
    this.#clean = clean;
  }

  messages(messages: readonly Message[]): HashedMessage[] {
    return messages.map(({ role, content, name }) => {
      const clean = {
        role,
        content: this.#clean(content),
        ...(name !== undefined && { name: this.#clean(name) }),
      };
      return { ...clean, hash: messageHash(clean) };
    });
  }

  schema(schema: JsonObject): JsonObject {
    const text = JSON.stringify(schema);
    const clean = this.#clean(text);
    return clean === text ? schema : jsonObjectSchema.parse(JSON.parse(clean));
  }

  request(asked: Omit<AskedRequest, "hash">): AskedRequest {
    const { model, sampling, messages, schema } = asked;
    const hashes = messages.map(({ hash }) => hash);
    const hash = requestHash({ model, sampling, messages: hashes, schema: schema && this.#hashOf(schema) });
    return { ...asked, hash };
  }

  #hashOf(schema: JsonObject): string {
    const known = this.#schemaHashes.get(schema) ?? jsonHash(schema);
    this.#schemaHashes.set(schema, known);
    return known;
  }
}
