import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineMember } from "./line-member.ts";

const KEY = Buffer.from('"new_value":');

describe("a member read from a line", () => {
  it("is what parsing the line gives, or nothing", () => {
    const scalar = fc.oneof(
      fc.string(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
    );
    const member = fc.tuple(
      fc.constantFrom("old_value", "description", "details", "new_value", "é"),
      fc.oneof(scalar, fc.object({ key: fc.constant("new_value"), values: [scalar] })),
    );
    fc.assert(
      fc.property(fc.array(member, { maxLength: 6 }), (members) => {
        // By hand: a member may be there twice, and its name be written with escapes.
        const texts = members.map(([name, value], index) => {
          const key = JSON.stringify(name);
          return `${index % 3 === 2 ? key.replace("_", "\\u005f") : key}:${JSON.stringify(value)}`;
        });
        const line = Buffer.from(`{${texts.join(",")}}`);
        const found = lineMember(line, KEY);
        if (found !== undefined) expect(found).toBe(JSON.parse(line.toString()).new_value);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['{"description":"a","new_value":-1.5e3,"scope":"global"}', -1500],
    ['{"new_value":"calm"}', "calm"],
    ['{"new_value":7}', 7],
    ['{"new_value":"say \\"hi\\""}', undefined],
    ['{"new_value":[1]}', undefined],
    ['{"new_value":null}', undefined],
    ['{"details":{"new_value":1},"new_value":2}', undefined],
    ['{"description":"{…}","new_value":2}', undefined],
    ['{"old_value":2}', undefined],
  ])("of %s is %j", (line, value) => {
    expect(lineMember(Buffer.from(line), KEY)).toBe(value);
  });
});
