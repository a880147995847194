import { nearest } from "@llm-sim/events/naming";
import { eventFilterSchema } from "@llm-sim/events/schema";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { ApiError } from "./errors/index.ts";
import { queryReader } from "./read-query.ts";

describe("a query string is read by its schema", () => {
  const read = queryReader(
    z.strictObject({
      turn: z.int().min(0).optional(),
      deep: z.boolean().optional(),
      ids: z.array(z.string()).optional(),
      q: z.string().optional(),
      kind: z.enum(["plain", "fancy"]).default("plain"),
    }),
  );

  it("as whole numbers, flags, lists and texts, with defaults", () => {
    expect(read({ turn: "12", deep: "true", ids: ["a,b", "c"], q: "1,2" })).toEqual({
      turn: 12,
      deep: true,
      ids: ["a", "b", "c"],
      q: "1,2",
      kind: "plain",
    });
    expect(read({})).toEqual({ kind: "plain" });
  });

  const refused: [query: Record<string, string | string[]>, message: string][] = [
    [{ turn: "1.5" }, 'turn: expected a whole number, got "1.5"'],
    [{ turn: "99999999999999999" }, 'turn: expected a whole number, got "99999999999999999"'],
    [{ turn: "٣" }, 'turn: expected a whole number, got "٣"'],
    [{ deep: "yes" }, 'deep: expected true or false, got "yes"'],
    [{ deep: ["true", "false"] }, "deep: given more than once"],
    [{ ids: "a,,b" }, "ids: a value is empty"],
    [{ kind: "fancey" }, 'kind: there is no "fancey"; did you mean fancy?'],
    [{ kind: "x" }, 'kind: there is no "x"; expected one of plain, fancy'],
    [{ turns: "1" }, "turns: there is no such parameter; did you mean turn?"],
    [{ zzzzzz: "1" }, "zzzzzz: there is no such parameter; there are turn, deep, ids, q, kind"],
  ];
  for (const [query, message] of refused) {
    it(`and refused: ${message}`, () => {
      expect(() => read(query)).toThrow(expect.objectContaining({ code: "INVALID_ARGUMENT", message }));
    });
  }

  it("whatever is sent, with a filter or a named refusal of one line", () => {
    const filter = queryReader(eventFilterSchema);
    const name = fc.oneof(fc.constantFrom(...Object.keys(eventFilterSchema.shape)), fc.string());
    const value = fc.oneof(fc.string(), fc.array(fc.string()), fc.integer().map(String));
    fc.assert(
      fc.property(fc.dictionary(name, value), (query) => {
        try {
          expect(filter(query)).toMatchObject({ limit: expect.any(Number), offset: expect.any(Number) });
        } catch (error) {
          if (!(error instanceof ApiError)) throw error;
          expect(error.code).toBe("INVALID_ARGUMENT");
          expect(error.details?.parameter).toEqual(expect.any(String));
        }
      }),
    );
  });
});

describe("the nearest name", () => {
  it("is the one of fewest edits, if these are few", () => {
    expect(nearest("agent_id", ["agent_ids", "involving"])).toBe("agent_ids");
    expect(nearest("LIMIT", ["limit"])).toBe("limit");
    expect(nearest("pages", ["limit", "offset", "cursor"])).toBeUndefined();
    expect(nearest("x".repeat(1_000_000), ["limit"])).toBeUndefined();
  });
});
