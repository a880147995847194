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
    const kind = z.discriminatedUnion("kind", [
      z.object({ kind: z.literal("a") }),
      z.object({ kind: z.literal("b") }),
    ]);
    expect(Object.keys(jsonSchemaFor(kind))).toEqual(["anyOf"]);
    expect(jsonSchemaFor(z.looseObject({}))).toMatchObject({ additionalProperties: {} });
  });

  it.each([
    [z.object({ a: z.number(), b: z.array(z.object({ c: z.string() })) }), true],
    [z.object({ a: z.number().optional() }), false],
    [z.object({ a: z.object({ b: z.number().optional() }) }), false],
    [z.array(z.union([z.string(), z.looseObject({})])), false],
    [z.record(z.string(), z.number()), false],
    [z.object({ type: z.literal("object"), required: z.string() }), true],
    [z.string(), false],
    [
      z.object({ act: z.discriminatedUnion("type", [z.object({ type: z.literal("buy"), n: z.int() })]) }),
      true,
    ],
    [
      z.object({
        act: z.discriminatedUnion("type", [z.object({ type: z.literal("buy"), n: z.int().optional() })]),
      }),
      false,
    ],
    [
      z.object({
        get sub() {
          return z.array(z.object({ n: z.int().optional() }));
        },
      }),
      false,
    ],
  ])("%# is one for the strict mode, or not", (schema, strict) => {
    expect(isStrictSchema(jsonSchemaFor(schema))).toBe(strict);
  });
});
