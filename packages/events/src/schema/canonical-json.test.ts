import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type JsonValue, jsonValueSchema } from "../schema/index.ts";
import { canonicalJson } from "./canonical-json.ts";

const parse = (text: string): JsonValue => jsonValueSchema.parse(JSON.parse(text));

describe("canonical JSON", () => {
  it("gives what RFC 8785 gives for its own example (section 3.2.2)", () => {
    const input = String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`;
    expect(canonicalJson(parse(input))).toBe(
      String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`,
    );
  });

  it("sorts members by UTF-16 code units, as the RFC's section 3.2.3 shows", () => {
    const input = String.raw`{"\u20ac":1,"\r":2,"\ufb33":3,"1":4,"\ud83d\ude00":5,"\u0080":6,"\u00f6":7}`;
    const keys = [...canonicalJson(parse(input)).matchAll(/:(\d)/g)].map((match) => Number(match[1]));
    expect(keys).toEqual([2, 4, 6, 7, 1, 5, 3]);
  });

  it("reads back as the same value, whatever the order of members was", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const json = parse(JSON.stringify(value));
        const text = canonicalJson(json);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalJson(reversed(json))).toBe(text);
      }),
    );
  });

  it("writes a value of any depth", () => {
    const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
    expect(canonicalJson(parse(deep))).toBe(deep);
  });

  it("keeps a member called __proto__", () => {
    expect(canonicalJson(parse('{"b":1,"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1},"b":1}');
  });

  it("keeps a number past the doubles, so that it reads back as what it was read as", () => {
    for (const text of ["1e400", "-1e400"])
      expect(JSON.parse(canonicalJson(parse(`[${text}]`)))).toEqual(parse(`[${text}]`));
    expect(canonicalJson(parse('[1e400,"Infinity",null]'))).toBe('[1e999,"Infinity",null]');
  });

  it("refuses NaN, which JSON cannot carry", () => {
    expect(() => canonicalJson([Number.NaN])).toThrow(TypeError);
  });
});

function reversed(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toReversed()
      .map(([name, member]) => [name, reversed(member)]),
  );
}
