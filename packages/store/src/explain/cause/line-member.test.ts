import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lineMember, lineNumbers } from "./line-member.ts";

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

describe("two numbers read from a line together", () => {
  const both = (line: string) => lineNumbers(Buffer.from(line), Buffer.from('"old_value":'), KEY);

  it("are what parsing the line gives, or nothing", () => {
    const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.string());
    const member = fc.tuple(fc.constantFrom("old_value", "new_value", "details", "scope"), value);
    const pair = fc.tuple(value, value).map(([old, now]) => [
      ["old_value", old],
      ["new_value", now],
    ]);
    const members = fc.array(fc.oneof(fc.tuple(member), pair), { maxLength: 4 }).map((some) => some.flat());
    fc.assert(
      fc.property(members, fc.boolean(), (some, isEscaped) => {
        const texts = some.map(([name, told], at) => {
          const key = JSON.stringify(name);
          return `${isEscaped && at === 3 ? key.replace("_", "\\u005f") : key}:${JSON.stringify(told)}`;
        });
        const line = `{${texts.join(",")}}`;
        const found = both(line);
        const { old_value, new_value } = JSON.parse(line);
        if (found !== undefined) expect(found).toEqual([old_value, new_value]);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['{"description":"a","old_value":1,"new_value":-1.5e3,"scope":"global"}', [1, -1500]],
    ['{"old_value":1,"new_value":2}', [1, 2]],
    ['{"old_value":null,"new_value":2}', undefined],
    ['{"old_value":1,"scope":"global","new_value":2}', undefined],
    ['{"old_value":1,"new_value":2,"new_value":3}', undefined],
    ['{"old_value":1,"new_value":[2]}', undefined],
    ['{"details":{"old_value":1,"new_value":2}}', undefined],
  ])("of %s are %j", (line, values) => {
    expect(both(line)).toEqual(values);
  });
});
