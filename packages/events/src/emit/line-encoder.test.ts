import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LineEncoder, NO_ROOM, NOT_PLAIN } from "./line-encoder.ts";

const GUARD = 0xee;
const ROOM = 64;

/** What an encoder makes of a value with `room` bytes, or which of its two refusals; fails where it writes outside. */
function encode(value: unknown, room: number): string | symbol {
  const encoder = new LineEncoder();
  encoder.buffer = Buffer.alloc(ROOM + room + ROOM, GUARD);
  encoder.position = ROOM;
  encoder.limit = ROOM + room;
  let outcome: string | symbol;
  try {
    encoder.value(value);
    outcome = encoder.buffer.toString("utf8", ROOM, encoder.position);
  } catch (error) {
    if (error !== NO_ROOM && error !== NOT_PLAIN) throw error;
    outcome = error === NO_ROOM ? NO_ROOM : NOT_PLAIN;
  }
  expect(encoder.position).toBeLessThanOrEqual(encoder.limit);
  const outside = [...encoder.buffer.subarray(0, ROOM), ...encoder.buffer.subarray(ROOM + room)];
  expect(outside.every((byte) => byte === GUARD)).toBe(true);
  return outcome;
}

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.string({ unit: "grapheme", maxLength: 40 }),
  fc.stringMatching(/^[ -~]{90,100}$/), // around the length where the way of encoding changes
);
const json = fc.oneof(
  fc.jsonValue({ stringUnit: "binary" }),
  text,
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.maxSafeInteger(),
  fc.dictionary(text, fc.jsonValue()),
  fc.array(text),
);

describe("the line encoder", () => {
  it("writes what JSON.stringify writes, or says that there is no room, and never a byte outside", () => {
    fc.assert(
      fc.property(json, fc.nat(400), (value, room) => {
        const expected = Buffer.from(JSON.stringify(value));
        const encoded = encode(value, room);
        if (expected.length > room) expect(encoded).toBe(NO_ROOM);
        else expect(JSON.parse(String(encoded))).toStrictEqual(JSON.parse(expected.toString()));
      }),
      { numRuns: 3000 },
    );
  });

  it("fits to the byte", () => {
    fc.assert(
      fc.property(json, (value) => {
        const { length } = Buffer.from(JSON.stringify(value));
        expect(typeof encode(value, length)).toBe("string");
        expect(encode(value, length - 1)).toBe(NO_ROOM);
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    0,
    -0,
    1,
    -1,
    2 ** 31 - 1,
    2 ** 31,
    -(2 ** 31),
    -(2 ** 31) - 1,
    1e9,
    999_999_999,
    1e10,
    1e21,
    1e-7,
    5e-324,
    Number.MAX_VALUE,
    0.1,
  ])("writes the number %d as JSON does", (number) =>
    expect(encode(number, 100)).toBe(JSON.stringify(number)),
  );

  it("escapes what JSON asks to be escaped, and nothing else", () => {
    const all = Array.from({ length: 0x3000 }, (_, code) => String.fromCharCode(code)).join("");
    expect(encode(all, 100_000)).toBe(JSON.stringify(all));
    for (let code = 0; code < 0x300; code++) {
      const character = String.fromCharCode(code);
      expect(encode(character, 100)).toBe(JSON.stringify(character));
    }
  });

  it("leaves out members that are undefined, keeps a member named __proto__, sees no inherited one", () => {
    expect(encode({ a: undefined, b: 1 }, 100)).toBe('{"b":1}');
    expect(encode(JSON.parse('{"__proto__":{"x":1}}'), 100)).toBe('{"__proto__":{"x":1}}');
    expect(encode(Object.assign(Object.create(null), { a: 1 }), 100)).toBe('{"a":1}');
  });

  const cycle: unknown[] = [];
  cycle.push(cycle);
  it.each([
    ["NaN", Number.NaN],
    ["Infinity", Number.POSITIVE_INFINITY],
    ["a BigInt", 1n],
    ["a function", () => 1],
    ["a symbol", Symbol("x")],
    ["undefined in an array", [1, undefined]],
    ["a lone surrogate", "\ud800"],
    ["a lone surrogate in a long text", `${"x".repeat(200)}\udc00`],
    ["a lone surrogate in a key", { "\ud800": 1 }],
    ["a Map", new Map()],
    ["a Date", new Date()],
    [
      "an instance of a class",
      new (class Trade {
        amount = 1;
      })(),
    ],
    ["an object with toJSON()", { toJSON: () => 1 }],
    ["a cycle", cycle],
  ])("hands %s to the slow way", (_, value) => {
    expect(encode(value, 1000)).toBe(NOT_PLAIN);
    expect(encode({ deep: [{ value }] }, 1000)).toBe(NOT_PLAIN);
  });
});
