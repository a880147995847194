import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { directionOf, isToldInPart, same, valueChanges, withCourseInOrder } from "./index.ts";

describe("a change of value", () => {
  it("of a number has a difference and a share", () => {
    expect(valueChanges(0.1, 0.3)).toEqual([
      { path: "", from: "0.1", to: "0.3", difference: "+0.2", share: "+200 %", direction: "up" },
    ]);
  });

  it("of an object names the members that changed, and no others", () => {
    expect(
      valueChanges({ gold: 5, wood: 1, at: { x: 1 } }, { gold: 3, wood: 1, at: { x: 2 }, ore: 1 }),
    ).toMatchObject([
      { path: "gold", difference: "−2", direction: "down" },
      { path: "at.x", difference: "+1" },
      { path: "ore", from: "–", to: "1" },
    ]);
  });

  it("of a variable that appears is from nothing", () => {
    expect(valueChanges(null, "north")).toEqual([{ path: "", from: "–", to: "north", direction: "none" }]);
  });

  it("is none between a value and its copy", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const copy = JSON.parse(JSON.stringify(value));
        return same(copy, JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("a value that a change cannot tell whole", () => {
  const long = "word ".repeat(100);

  it.each([
    ["a long text", long],
    ["a short one of two lines", "one\ntwo"],
    ["an object that holds either", { mood: "ok", said: "one\ntwo" }],
    ["a list that does", ["a", long]],
    ["an object with more members than a line has room for", Object.fromEntries(Object.entries(long))],
  ])("is %s", (_, value) => {
    expect(isToldInPart(value)).toBe(true);
  });

  it.each([
    ["nothing", undefined],
    ["a number", 3],
    ["a word", "north"],
    ["a small object", { x: 1, y: [2, 3] }],
    [
      "a map, which is drawn elsewhere",
      Array.from({ length: 50 }, () => Array.from({ length: 50 }, () => 7)),
    ],
  ])("is not %s", (_, value) => {
    expect(isToldInPart(value)).toBe(false);
  });
});

describe("what leads from one value to another", () => {
  it.each([
    ["الثروة: 1 → −1", "الثروة: \u2066\u20681\u2069 → \u2068−1\u2069\u2069"],
    ["القرار: شراء → بيع", "القرار: \u2066\u2068شراء\u2069 → \u2068بيع\u2069\u2069"],
    ["1 → 2 → ثلاثة", "\u2066\u20681\u2069 → \u20682\u2069 → \u2068ثلاثة\u2069\u2069"],
  ])("reads as its arrow points, whatever script is beside it: %s", (text, shown) => {
    expect(withCourseInOrder(text)).toBe(shown);
  });

  it.each(["wealth: 1 → −1", "يقرر أن يشتري 3", ""])(
    "is left alone where nothing can turn round: %s",
    (text) => {
      expect(withCourseInOrder(text)).toBe(text);
    },
  );
});

describe("the direction of a text", () => {
  it.each([
    ["alice: buy → sell", "ltr"],
    ["يقرر أن يشتري", "rtl"],
    ["החלטה: לקנות 3", "rtl"],
    ["محمد: greets all the others in turn", "ltr"],
    ["1,000 → 2,000", "ltr"],
    ["", "ltr"],
  ])("is that of most of its letters: %s", (text, direction) => {
    expect(directionOf(text)).toBe(direction);
  });
});
