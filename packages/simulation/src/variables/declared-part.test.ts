import { keysIn, keyText } from "@llm-sim/events/naming";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isPlainObject } from "../world/index.ts";
import { DeclaredPart } from "./declared-part.ts";

type Given = ConstructorParameters<typeof DeclaredPart>[0];

const declared = (given: Given, base?: DeclaredPart) => new DeclaredPart(given, ["here"], base);
const names = (part: DeclaredPart, state: object) => part.violations(state).map(({ name }) => name);

describe("what is declared of a part of the state", () => {
  it("goes by names: exact before patterns, the one with fewer * first, keys with dots quoted", () => {
    const part = declared({
      "*.*": { maximum: 5 },
      "*.price": { maximum: 1 },
      "gold.price": { maximum: 3 },
      '"gpt-4.1".wealth': { maximum: 0 },
      '"*".price': { maximum: 2 },
    });
    const state = { gold: { price: 3 }, silver: { price: 2, weight: 5 }, "*": { price: 2 } };
    expect(names(part, state)).toEqual(["silver.price"]);
    expect(names(part, { "gpt-4.1": { wealth: 1, other: 6 } })).toEqual([
      '"gpt-4.1".wealth',
      '"gpt-4.1".other',
    ]);
  });

  it("says nothing of a variable that is not there, and of what is not declared", () => {
    expect(names(declared({ a: { type: "number" } }), { b: "x", c: {} })).toEqual([]);
  });

  it("says also whether something has members", () => {
    const part = declared({ a: { type: "number" }, b: { type: "object" }, c: { allowed_values: [1, null] } });
    expect(names(part, { a: { x: { y: 1 } }, b: { x: 1 }, c: null })).toEqual(["a"]);
    expect(names(part, { a: {}, b: 1, c: {} })).toEqual(["a", "b", "c"]);
  });

  it.each<[Given[string], unknown[], unknown[]]>([
    [{ type: "number" }, [0, -1.5], ["1", null, [], true]],
    [{ type: "integer", minimum: 1 }, [1, 2], [0, 1.5]],
    [{ type: "string" }, ["", "x"], [1, null]],
    [{ type: "boolean" }, [true, false], [0, "true"]],
    [{ type: "array" }, [[], [1]], ["", 1]],
    [{ minimum: 1, maximum: 2 }, [1, 2], [0.9, 2.1, "1"]],
    [{ allowed_values: ["a", [1, 2]] }, ["a", [1, 2]], ["b", [2, 1], null]],
    [{ type: "number", nullable: true }, [null, 1], ["x"]],
    [{ default: 1 }, [1, "x", null], []],
  ])("%j takes what fits", (says, fitting, others) => {
    const part = declared({ v: says });
    for (const v of fitting) expect(part.violations({ v })).toEqual([]);
    for (const v of others) expect(part.violations({ v })).toHaveLength(1);
  });

  it("of some agents completes what is said of all, but for another type", () => {
    const all = declared({ a: { type: "integer", minimum: 0, default: 3 }, b: { default: 1 } });
    const some = declared({ a: { maximum: 5 } }, all);
    expect(some.filled({})).toEqual({ a: 3, b: 1 });
    for (const a of [-1, 6, 1.5]) expect(names(some, { a })).toEqual(["a"]);
    const others = declared({ a: { type: "string" } }, all);
    expect(names(others, { a: "x" })).toEqual([]);
    expect(others.filled({})).toEqual({ b: 1 });
  });

  it("gives a default where nothing is and nothing is in the way, and changes nothing that is there", () => {
    const key = fc.constantFrom("a", "b", "c.d");
    const name = fc.array(key, { minLength: 1, maxLength: 3 }).map((keys) => keys.map(keyText).join("."));
    const { node } = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        fc.integer({ min: 0, max: 9 }),
        fc.dictionary(key, tie("node"), { maxKeys: 3, noNullPrototype: true }),
      ),
    }));
    const state = fc.dictionary(key, node, { noNullPrototype: true });
    fc.assert(
      fc.property(fc.dictionary(name, fc.integer({ min: 10 })), state, (defaults, given) => {
        const before = structuredClone(given);
        const says = Object.entries(defaults).map(([of, value]) => [of, { default: value }] as const);
        const part = declared(Object.fromEntries(says));
        const filled = part.filled(given);
        expect(given).toEqual(before);
        expect(filled).toMatchObject(given);
        expect(part.filled(filled)).toEqual(filled);
        for (const of of Object.keys(defaults)) {
          const there = keysIn(of).reduce<unknown>((at, step) => (isPlainObject(at) ? at[step] : at), filled);
          expect(there).toBeDefined();
        }
      }),
    );
  });
});
