import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { deltaOf, listOf } from "./index.ts";

// Few different ones, so that they repeat.
const list = fc.array(fc.constantFrom("a", "b", "c", "d", "e"), { maxLength: 30 });

describe("a list by the one before it", () => {
  it("comes back exactly, whatever the two are", () => {
    fc.assert(
      fc.property(list, list, (before, now) => {
        expect(listOf(deltaOf(now, before), before)).toEqual(now);
      }),
    );
  });

  it("names what is new, and a range for each piece that is not", () => {
    const before = ["system", "one", "two", "three"];
    expect(deltaOf(["system", "one", "two", "three", "four"], before)).toEqual([[0, 4], "four"]);
    expect(deltaOf(["system", "two", "three", "four"], before)).toEqual([[0, 1], [2, 4], "four"]);
    expect(deltaOf(["new"], before)).toEqual(["new"]);
    expect(deltaOf([], before)).toEqual([]);
  });

  it("takes the longest piece where messages repeat", () => {
    const before = ["ok", "go", "ok", "stop", "end"];
    expect(deltaOf(["ok", "stop", "end", "ok"], before)).toEqual([
      [2, 5],
      [0, 1],
    ]);
  });

  it("is not slow where all messages are the same", () => {
    const same = Array.from({ length: 20_000 }, () => "yes");
    expect(deltaOf([...same, "no"], same)).toEqual([[0, 20_000], "no"]);
    expect(deltaOf(["no", ...same], ["maybe", ...same])).toEqual(["no", [1, 20_001]]);
  });

  it("cannot be told by another list than its own", () => {
    expect(listOf([[0, 3]], ["a", "b"])).toBeUndefined();
    expect(listOf([[1, 1]], ["a", "b"])).toBeUndefined();
  });
});
