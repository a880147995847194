import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { NAMES_THAT_TRAP } from "../testing/index.ts";
import { memberOf, recordByName } from "./record-by-name.ts";

const anyName = fc.oneof(fc.constantFrom(...NAMES_THAT_TRAP), fc.string({ unit: "grapheme" }));
const numbers = recordByName(z.number());

/** As JSON has it, where no name is special. */
const record = fc.array(fc.tuple(anyName, fc.integer())).map((members) => Object.fromEntries(members));

describe("a record by name", () => {
  it("has every member that was given, whatever it is called, in the same order", () => {
    fc.assert(
      fc.property(record, (given) => {
        const parsed = numbers.parse(given);
        expect(Object.entries(parsed)).toEqual(Object.entries(given));
        expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
      }),
    );
  });

  it.each(NAMES_THAT_TRAP)("says of a member called %j that it does not fit", (name) => {
    const { error } = numbers.safeParse(JSON.parse(`{${JSON.stringify(name)}:"one"}`));
    expect(error?.issues).toMatchObject([{ code: "invalid_type", path: [name] }]);
  });

  it.each([[[]], [null], ["text"], [undefined]])("is not %j", (given) => {
    expect(numbers.safeParse(given).error?.issues).toMatchObject([{ code: "invalid_type", path: [] }]);
  });

  it("lies within others, and may be absent or have a default", () => {
    const schema = z.object({
      agents: recordByName(recordByName(z.number())),
      paused: recordByName(z.number()).optional(),
      decided: recordByName(z.number()).default({}),
    });
    const given = JSON.parse('{"agents":{"__proto__":{"__proto__":1}}}');
    expect(JSON.stringify(schema.parse(given))).toBe('{"agents":{"__proto__":{"__proto__":1}},"decided":{}}');
  });

  it("is in JSON Schema what zod's own record is", () => {
    expect(z.toJSONSchema(numbers.meta({ description: "by name" }))).toEqual(
      z.toJSONSchema(z.record(z.string(), z.number()).meta({ description: "by name" })),
    );
  });
});

describe("a member", () => {
  it("is one that the record has itself", () => {
    fc.assert(
      fc.property(record, anyName, (given, name) => {
        expect(memberOf(given, name)).toBe(new Map(Object.entries(given)).get(name));
      }),
    );
    expect(memberOf(undefined, "a")).toBeUndefined();
  });
});
