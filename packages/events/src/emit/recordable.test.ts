import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { toRecordable } from "./recordable.ts";

function recorded(value: unknown): { value: unknown; lossy: string[] } {
  const lossy: string[] = [];
  return { value: toRecordable(value, "/p", lossy), lossy };
}

const cycle: Record<string, unknown> = { name: "loop" };
cycle.self = cycle;
const nested = (levels: number) => Array.from({ length: levels }).reduce<unknown>((inner) => [inner], 1);
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};
class Trade {
  readonly amount = 5;
  readonly #hidden = 1;
  get twice() {
    return this.amount * 2 * this.#hidden;
  }
}

// The table of the module's own documentation, row by row: value, what is recorded, what `lossy` names.
const rows: [string, unknown, unknown, string[]][] = [
  ["NaN", Number.NaN, "NaN", ["/p"]],
  ["Infinity", Number.POSITIVE_INFINITY, "Infinity", ["/p"]],
  ["-Infinity", Number.NEGATIVE_INFINITY, "-Infinity", ["/p"]],
  ["a BigInt", 12345678901234567890n, "12345678901234567890", ["/p"]],
  ["a named function", function trade() {}, "[function trade]", ["/p"]],
  [
    "a function without a name",
    (
      () => () =>
        1
    )(),
    "[function anonymous]",
    ["/p"],
  ],
  ["a symbol", Symbol("tag"), "Symbol(tag)", ["/p"]],
  ["undefined in an array", [1, undefined], [1, null], ["/p/1"]],
  ["a hole", Object.assign(new Array(2), { 1: 2 }), [null, 2], ["/p/0"]],
  ["undefined as a member", { a: undefined, b: 1 }, { b: 1 }, []],
  ["a lone surrogate", "a\ud800b", "a\ufffdb", ["/p"]],
  ["a lone surrogate in a key", { "\ud800": 1 }, { "\ufffd": 1 }, ["/p/\ufffd"]],
  ["a Map with text keys", new Map([["a", 1]]), { a: 1 }, ["/p"]],
  ["a Map with other keys", new Map([[1, "x"]]), [[1, "x"]], ["/p"]],
  ["a Set", new Set([1, 2]), [1, 2], ["/p"]],
  [
    "an Error",
    Object.assign(new TypeError("no"), { code: 7 }),
    { name: "TypeError", message: "no", code: 7 },
    ["/p"],
  ],
  ["an ArrayBuffer", new Uint8Array([1, 2]).buffer, [1, 2], ["/p"]],
  ["a typed array", new Float32Array([0.5, 2]), [0.5, 2], ["/p"]],
  ["a BigInt64Array", new BigInt64Array([5n]), ["5"], ["/p", "/p/0"]],
  ["a DataView", new DataView(new Uint8Array([3]).buffer), [3], ["/p"]],
  ["a cycle", cycle, { name: "loop", self: "[cycle]" }, ["/p/self"]],
  [
    "a getter that throws",
    {
      get now(): never {
        throw new Error("closed");
      },
      b: 1,
    },
    { now: "[threw: closed]", b: 1 },
    ["/p/now"],
  ],
  [
    "a toJSON that throws",
    {
      toJSON() {
        throw new Error("no");
      },
    },
    "[threw: no]",
    ["/p"],
  ],
  [
    "a revoked proxy",
    { proxy: revoked(), b: 1 },
    { proxy: expect.stringMatching(/^\[threw: /), b: 1 },
    ["/p/proxy"],
  ],
  ["an instance of a class", new Trade(), { amount: 5 }, []],
  ["a Date", new Date(0), "1970-01-01T00:00:00.000Z", []],
  ["an invalid Date", new Date(Number.NaN), null, ["/p"]],
  ["an object with toJSON", { toJSON: () => ({ n: 1n }) }, { n: "1" }, ["/p/n"]],
  ["a boxed value", [Object(1), Object("x"), Object(true)], [1, "x", true], []],
  ["a member named __proto__", JSON.parse('{"__proto__":{"a":1}}'), JSON.parse('{"__proto__":{"a":1}}'), []],
  ["a member named toJSON", { toJSON: 5 }, { toJSON: 5 }, []],
  ["a pointer with ~ and /", { "a/b": { "~": 1n } }, { "a/b": { "~": "1" } }, ["/p/a~1b/~0"]],
  ["the same object twice", [cycle.name, { x: 1 }, { x: 1 }], ["loop", { x: 1 }, { x: 1 }], []],
];

describe("what JSON cannot carry", () => {
  it.each(rows)("%s", (_, value, expected, lossy) => {
    const result = recorded(value);
    expect(result.value).toEqual(expected);
    expect(result.lossy.toSorted()).toEqual(lossy);
  });

  it("is altered in a copy: the caller's object stays as it was", () => {
    const value = { at: new Date(0), list: [1n, Number.NaN] };
    recorded(value);
    expect(value).toEqual({ at: new Date(0), list: [1n, Number.NaN] });
  });

  it("that is too deep is cut, and named", () => {
    const { value, lossy } = recorded(nested(5000));
    expect(JSON.stringify(value)).toContain("[too deep]");
    expect(lossy).toHaveLength(1);
  });

  it("an object twice in one payload is no cycle", () => {
    const one = { x: 1 };
    expect(recorded({ a: one, b: [one, one] })).toEqual({
      value: { a: { x: 1 }, b: [{ x: 1 }, { x: 1 }] },
      lossy: [],
    });
  });

  it("an object whose toJSON returns itself is recorded by its fields, as JSON.stringify does", () => {
    const self = {
      a: 1,
      toJSON() {
        return this;
      },
    };
    const { value } = recorded({ self });
    expect(value).toMatchObject({ self: { a: 1 } });
  });

  it("never throws, comes out as plain JSON, and is left alone where it was that already", () => {
    // Made inside the property: fast-check itself looks into what it generates.
    const hostile: (() => unknown)[] = [
      () => 1n,
      revoked,
      () =>
        new Proxy(
          {},
          {
            ownKeys: () => {
              throw new Error("keys");
            },
          },
        ),
      () =>
        new Proxy([], {
          get: () => {
            throw Object.create(null);
          },
        }),
      () => ({
        get x(): never {
          throw null;
        },
      }),
      () => ({ toJSON: () => undefined }),
      () => Object.create({ inherited: 1 }),
      () => cycle,
    ];
    const mixed = fc.array(fc.nat(hostile.length - 1), { maxLength: 4 });
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
      withNullPrototype: true,
      withObjectString: true,
      withBoxedValues: true,
      stringUnit: "binary",
    });
    fc.assert(
      fc.property(anything, mixed, (value, chosen) => {
        const { value: plain, lossy } = recorded({ value, mixed: chosen.map((at) => hostile[at]?.()) });
        const text = JSON.stringify(plain) ?? "null";
        expect(text.isWellFormed()).toBe(true);
        expect(JSON.stringify(JSON.parse(text))).toBe(text);
        expect(lossy.every((pointer) => pointer.startsWith("/p"))).toBe(true);
      }),
      { numRuns: 2000 },
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(recorded(value)).toEqual({ value, lossy: [] });
      }),
    );
  });
});

describe("what is too large to be recorded is refused before it is copied", () => {
  const shared = (levels: number) =>
    Array.from({ length: levels }).reduce<unknown>((inner) => [inner, inner], Number.NaN);
  it.each([
    ["an array of four thousand million holes", () => new Array(2 ** 32 - 1)],
    ["a typed array of a hundred million", () => new Uint8Array(100_000_000)],
    ["a Buffer of a hundred megabytes", () => Buffer.alloc(100_000_000)],
    ["the same object 2^40 times", () => shared(40)],
  ])("%s", (_, make) => {
    const start = performance.now();
    const { value, lossy } = recorded({ first: 1, v: make() });
    expect(value).toMatchObject({ first: 1 });
    expect(JSON.stringify(value)).toContain("[too large]");
    expect(lossy.length).toBeGreaterThan(0);
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});
