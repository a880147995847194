import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { NameTable } from "./name-table.ts";

/** The name as JSON, in the middle of other bytes. */
function internAsJson(table: NameTable, name: string): number {
  const inside = Buffer.from(JSON.stringify(name).slice(1, -1));
  const bytes = new Uint8Array([...Buffer.from('{"'), ...inside, ...Buffer.from('"}')]);
  return table.internBytes(new DataView(bytes.buffer), 2, 2 + inside.length);
}

describe("a table of names", () => {
  it("gives a name one code, whether it comes as text or as bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "grapheme" }), { maxLength: 300 }), (names) => {
        const table = new NameTable();
        const expected = [...new Set(names)];
        for (const [index, name] of names.entries()) {
          const code = index % 3 === 0 ? table.intern(name) : internAsJson(table, name);
          expect(code).toBe(expected.indexOf(name));
        }
        expect(table.names).toEqual(expected);
      }),
    );
  });

  it("tells names apart that differ in one letter only, wherever it is", () => {
    const table = new NameTable();
    const names = Array.from({ length: 13 }, (_, at) => `${"a".repeat(at)}b${"a".repeat(12 - at)}`);
    for (const [code, name] of names.entries()) expect(internAsJson(table, name)).toBe(code);
    for (const [code, name] of names.entries()) expect(internAsJson(table, name)).toBe(code);
  });

  it("holds thousands of numbered names", () => {
    const table = new NameTable();
    for (let agent = 0; agent < 20_000; agent++) expect(internAsJson(table, `agent_${agent}`)).toBe(agent);
    expect(table.size).toBe(20_000);
  });

  it("refuses a name that is not acceptable, each time", () => {
    const table = new NameTable((name) => name !== "");
    expect(internAsJson(table, "")).toBe(-1);
    expect(internAsJson(table, "a")).toBe(0);
    expect(internAsJson(table, "")).toBe(-1);
  });
});
