import { describe, expect, it } from "vitest";
import * as z from "zod";
import { isStrictSchema, jsonSchemaFor } from "./index.ts";

describe("the JSON Schema that a model is asked by", () => {
  it("is what the answer may be before it is parsed, closed", () => {
    const schema = z.object({ price: z.number().default(1), say: z.string().describe("aloud") });
    expect(jsonSchemaFor(schema)).toEqual({
      type: "object",
      properties: { price: { type: "number", default: 1 }, say: { type: "string", description: "aloud" } },
      required: ["say"],
      additionalProperties: false,
    });
    expect(jsonSchemaFor(z.looseObject({}))).toMatchObject({ additionalProperties: {} });
  });

  it.each([
    [z.object({ a: z.number(), b: z.array(z.object({ c: z.string() })) }), true],
    [z.object({ a: z.number().optional() }), false],
    [z.object({ a: z.object({ b: z.number().optional() }) }), false],
    [z.array(z.union([z.string(), z.looseObject({})])), false],
    [z.record(z.string(), z.number()), false],
    [z.object({ type: z.literal("object"), required: z.string() }), true],
    [z.string(), true],
  ])("%# is one for the strict mode, or not", (schema, strict) => {
    expect(isStrictSchema(jsonSchemaFor(schema))).toBe(strict);
  });
});
