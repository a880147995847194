import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ChangedPiece,
  chunksOf,
  findHits,
  foldedChanges,
  foldedStretch,
  isReadAtAGlance,
  isWhole,
  piecesOf,
  showing,
  shownLink,
  widened,
} from "./index.ts";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 3000 }),
  fc.array(fc.constantFrom("a", "\n", "😀", "word ", "שלום"), { maxLength: 4000 }).map((all) => all.join("")),
);

describe("a long text", () => {
  it("is folded to its beginning, a short one is whole", () => {
    expect(foldedStretch("short")).toEqual({ from: 0, to: 5 });
    expect(foldedStretch("x".repeat(1_000_000)).to).toBe(1200);
    expect(foldedStretch("a line\n".repeat(100)).to).toBe(18 * 7 - 1);
    expect(isWhole("y".repeat(1500), foldedStretch("y".repeat(1500)))).toBe(true);
  });

  it("is opened in a few steps, never in the middle of a character", () => {
    fc.assert(
      fc.property(text, (one) => {
        let shown = foldedStretch(one);
        for (let step = 0; !isWhole(one, shown); step++) {
          expect(step).toBeLessThan(3);
          expect(one.slice(shown.from, shown.to).isWellFormed()).toBe(one.isWellFormed());
          shown = widened(one, shown, "after");
        }
      }),
    );
    const large = "x".repeat(1_000_000);
    let shown = foldedStretch(large);
    for (let step = 0; step < 7; step++) shown = widened(large, shown, "after");
    expect(isWhole(large, shown)).toBe(true);
  });

  it("is opened where something was found in it, with little around it", () => {
    const large = "😀".repeat(500_000);
    fc.assert(
      fc.property(fc.nat(999_000), fc.nat(400), fc.boolean(), (at, length, opened) => {
        const first = opened ? widened(large, foldedStretch(large), "after") : foldedStretch(large);
        const hit = { from: at, to: at + length };
        const shown = showing(large, first, hit);
        expect(shown.from).toBeLessThanOrEqual(hit.from);
        expect(shown.to).toBeGreaterThanOrEqual(hit.to);
        expect(shown.to - shown.from).toBeLessThan(50_000);
        expect(large.slice(shown.from, shown.to).isWellFormed()).toBe(true);
      }),
    );
  });
});

describe("a text in chunks", () => {
  it("is the same text, in whole lines", () => {
    fc.assert(
      fc.property(text, fc.nat(5), fc.nat(8000), (one, from, length) => {
        const shown = { from: Math.min(from, one.length), to: Math.min(one.length, from + length) };
        const chunks = chunksOf(one, shown);
        expect(chunks.map((chunk) => one.slice(chunk.from, chunk.to)).join("\n")).toBe(
          one.slice(shown.from, shown.to),
        );
      }),
    );
    expect(chunksOf("a line\n".repeat(10_000), { from: 0, to: 70_000 }).length).toBeGreaterThan(10);
    expect(chunksOf(`one\ntwo\n${"w".repeat(900)}`, { from: 0, to: 908 })).toEqual([
      { from: 0, to: 908, lines: 13 },
    ]);
  });
});

describe("what is looked for in texts", () => {
  it("is found in whatever case, over line breaks, and as it is typed", () => {
    const places = (texts: string[], typed: string) =>
      findHits(texts, typed).hits.map(({ part, from, to }) => texts[part]?.slice(from, to));
    expect(places(["Sell wheat", "I SELL  \nWheat"], "sell wheat ")).toEqual(["Sell wheat", "SELL  \nWheat"]);
    expect(places(["a.b axb (c) [d]- x/y"], "a.b")).toEqual(["a.b"]);
    expect(places(["(c) [d]-\\ x/y {1}"], "(c) [d]-\\ x/y {1}")).toEqual(["(c) [d]-\\ x/y {1}"]);
    expect(places(["done **with** care"], "done with care")).toEqual(["done **with** care"]);
    expect(places(["whatever"], "  ")).toEqual([]);
    expect(findHits(["aaaa"], "a", 3)).toMatchObject({ hasMore: true, hits: { length: 3 } });
  });

  it("is marked, and the text is the same", () => {
    fc.assert(
      fc.property(text, fc.constantFrom("a", "word", "😀", "שלום", "\\"), fc.nat(3000), (one, typed, to) => {
        const found = findHits(["other", one], typed);
        const shown = { from: 0, to: Math.min(one.length, to) };
        const pieces = piecesOf(one, 1, shown, found);
        expect(pieces.map((piece) => piece.text).join("")).toBe(one.slice(0, shown.to));
        expect(pieces.every((piece) => piece.text !== "")).toBe(true);
      }),
    );
  });
});

describe("a text of a few words", () => {
  it("needs nothing to be read; one of many words or lines does", () => {
    expect(isReadAtAGlance("a\nb\nc")).toBe(true);
    expect(isReadAtAGlance("a\nb\nc\nd")).toBe(false);
    expect(isReadAtAGlance("word ".repeat(100))).toBe(false);
  });
});

describe("a link in a text", () => {
  it("is shown as what it is, and followed only where it leads to the web or to a mailbox", () => {
    expect(shownLink("https://example.org/a b")).toEqual({
      address: "https://example.org/a%20b",
      isFollowed: true,
    });
    // Cyrillic letters that look like Latin ones.
    expect(shownLink("https://аррӏе.com/").address).toBe("https://xn--80ak6aa92e.com/");
    for (const written of [
      "javascript:alert(1)",
      "JAVASCRIPT:alert(1)",
      "data:text/html,x",
      "/simulations",
      "#top",
      "vbscript:x",
    ])
      expect(shownLink(written).isFollowed, written).toBe(false);
  });
});

describe("two texts laid over each other", () => {
  const piece = fc.record({
    text: fc
      .array(fc.constantFrom("a", "bc ", "\n"), { minLength: 1, maxLength: 60 })
      .map((parts) => parts.join("")),
    kind: fc.constantFrom("same", "added", "removed"),
  }) as fc.Arbitrary<ChangedPiece>;

  it("say all they said, folded or not, and fold only what both have", () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const folded = foldedChanges(pieces);
        const joined = (list: readonly { text: string }[]) => list.map((one) => one.text).join("");
        expect(joined(folded)).toBe(joined(pieces));
        for (const kind of ["added", "removed"])
          expect(folded.filter((one) => one.kind === kind)).toEqual(
            pieces.filter((one) => one.kind === kind),
          );
      }),
    );
  });

  it("fold twenty lines to those beside the change", () => {
    const same = Array.from({ length: 20 }, (_, at) => `line ${at}\n`).join("");
    const folded = foldedChanges([
      { kind: "same", text: same },
      { kind: "added", text: "new" },
    ]);
    expect(folded[0]).toMatchObject({ kind: "folded", lines: 17 });
    expect(folded[1]?.text).toBe("line 17\nline 18\nline 19\n");
  });
});
