import { describe, expect, it } from "vitest";
import { eventKinds, seeds, turnSpan, wholeNumber } from "./index.ts";

describe("turns", () => {
  it.each([
    ["5..10", { first: 5, last: 10 }],
    ["5..", { first: 5 }],
    ["..10", { last: 10 }],
    ["5", { first: 5, last: 5 }],
    ["0..0", { first: 0, last: 0 }],
  ])("%s", (text, span) => {
    expect(turnSpan(text)).toEqual(span);
  });

  it.each(["", "..", "9..3", "a..b", "-1..3", "1..2..3", "1.5"])("%j is refused", (text) => {
    expect(() => turnSpan(text)).toThrow("5..10");
  });
});

describe("seeds", () => {
  it.each([
    ["1..4", [1, 2, 3, 4]],
    ["7", [7]],
    ["1,2,5..6", [1, 2, 5, 6]],
    ["-2..0", [-2, -1, 0]],
  ])("%s", (text, list) => {
    expect(seeds(text)).toEqual(list);
  });

  it.each(["", "1..", "9..1", "1,1", "1..9999999", "x"])("%j is refused", (text) => {
    expect(() => seeds(text)).toThrow();
  });
});

describe("kinds", () => {
  it("add up, in any case", () => {
    expect(eventKinds("action,State", ["SYSTEM"])).toEqual(["SYSTEM", "ACTION", "STATE"]);
  });
});

describe("whole numbers", () => {
  it("stay within their limits", () => {
    const port = wholeNumber(0, 65_535);
    expect(port("8000")).toBe(8000);
    for (const text of ["65536", "-1", "1e3", "0x10", " ", "8000.5", "99999999999999999999"]) {
      expect(() => port(text)).toThrow("from 0 to 65535");
    }
  });
});
