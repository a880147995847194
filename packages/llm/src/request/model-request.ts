import type { JsonObject } from "@llm-sim/events/schema";
import type { Message, Sampling } from "@llm-sim/events/tape/schema";
import * as z from "zod";

/** What a model is asked: all that decides the answer, and nothing of how it gets there (timeout, retries, address). */
export interface ModelRequest {
  model: string;
  sampling: Sampling;
  messages: readonly Message[];
  /** JSON Schema that the answer shall follow; servers may ignore it. */
  schema?: JsonObject;
}

const jsonObjectSchema = z.record(z.string(), z.json());

/**
 * The JSON Schema by which a model is asked for what `schema` takes. Objects are closed, as a model invents members where it may;
 * `z.looseObject` and records stay open.
 *
 * @throws Error where zod cannot say the schema as JSON (a `z.date()`, a `z.custom()`)
 */
export function jsonSchemaFor(schema: z.ZodType): JsonObject {
  const { $schema: _, ...said } = z.toJSONSchema(schema, {
    io: "input",
    target: "draft-2020-12",
    override: ({ zodSchema, jsonSchema }) => {
      if (zodSchema instanceof z.ZodObject && zodSchema.def.catchall === undefined)
        jsonSchema.additionalProperties = false;
      // Of a discriminated union; what fits one of them fits no other, and OpenAI knows `anyOf` alone.
      if (jsonSchema.oneOf !== undefined) {
        jsonSchema.anyOf = jsonSchema.oneOf;
        delete jsonSchema.oneOf;
      }
    },
  });
  return jsonObjectSchema.parse(said);
}

/**
 * Whether a schema is one of OpenAI's strict mode, which refuses others with a 400: an object, closed, and every member
 * required, all the way down.
 *
 * https://platform.openai.com/docs/guides/structured-outputs#supported-schemas
 */
export function isStrictSchema(schema: JsonObject): boolean {
  return schema.type === "object" && isStrict(schema);
}

function isStrict(schema: unknown): boolean {
  if (Array.isArray(schema)) return schema.every(isStrict);
  if (typeof schema !== "object" || schema === null) return true;
  const node = new Map(Object.entries(schema));
  if (node.get("type") === "object" || node.has("properties")) {
    const names = Object.keys(node.get("properties") ?? {});
    const required: unknown = node.get("required") ?? [];
    if (node.get("additionalProperties") !== false || !Array.isArray(required)) return false;
    if (!names.every((name) => required.includes(name))) return false;
    // A member may have any name, "type" as well: its schema is looked at, not its name.
    if (!Object.values(node.get("properties") ?? {}).every(isStrict)) return false;
  }
  for (const [keyword, below] of node) {
    if (["properties", "required", "enum", "const", "default", "examples"].includes(keyword)) continue;
    if (keyword === "$defs") {
      if (!Object.values(below ?? {}).every(isStrict)) return false;
    } else if (!isStrict(below)) return false;
  }
  return true;
}
