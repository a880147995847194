import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TextMatch } from "./text-match.ts";
import { TextSieve } from "./text-sieve.ts";

const LETTERS = [
  ...'abkisKISI .0159e-"\\/\n\t\u001b'.split(""),
  "é",
  "É",
  "İ",
  "\u212a",
  "Σ",
  "ς",
  "σ",
  "ß",
  "中",
  "文",
  "😀",
  "ſ",
];
const word = fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 12 });
const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    word,
    fc.constantFrom(0, 1, 15, 1.5, -0.5, 1e21, 1e-7, 12_345_678_901),
    fc.constantFrom(true, false, null),
    fc.array(tie("any"), { maxLength: 3 }),
    fc.dictionary(word, tie("any"), { maxKeys: 3 }),
  ),
})).any;

/** JSON as other programs write it, too: any letter by its number, a slash behind a backslash, numbers in other forms. */
function written(json: string, isEscaped: (letter: string) => boolean): string {
  const text = json.replace(/"(?:[^"\\]|\\.)*"/g, (string) =>
    string.replace(/\\u[0-9a-f]{4}|\\.|[^\\"]/gsu, (letter) =>
      letter.startsWith("\\") || !isEscaped(letter)
        ? letter === "/"
          ? "\\/"
          : letter
        : letter
            .split("")
            .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
            .join(""),
    ),
  );
  return text;
}

/** The rule, told by parsing. */
function holds(event: unknown, needle: string): boolean {
  if (typeof event === "string" || typeof event === "number")
    return String(event).toLowerCase().includes(needle);
  if (typeof event !== "object" || event === null) return false;
  return Object.entries(event).some(
    ([name, member]) =>
      (!Array.isArray(event) && name.toLowerCase().includes(needle)) || holds(member, needle),
  );
}

const needles = fc.oneof(
  fc.string({ unit: fc.constantFrom(...LETTERS), minLength: 1, maxLength: 3 }),
  fc.constantFrom("15", "1e", "0", "1.5", "kis", "K", "a/b", 'a"', "\n", "é"),
);

describe("a text in lines of JSON", () => {
  it("is found wherever parsing the lines finds it, however they are written, and nowhere else", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.dictionary(word, value, { minKeys: 1, maxKeys: 3 }), fc.nat(4)), {
          maxLength: 6,
        }),
        needles,
        fc.boolean(),
        (events, typed, isOneBuffer) => {
          const lines = events.map(([event, escaping]) =>
            Buffer.from(
              written(
                JSON.stringify(event),
                (letter) => escaping > 0 && letter.charCodeAt(0) % (escaping + 1) === 0,
              ),
            ),
          );
          const block = Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")]));
          let at = 0;
          const given = isOneBuffer
            ? lines.map((line) => {
                const piece = block.subarray(at, at + line.length);
                at += line.length + 1;
                return piece;
              })
            : lines;
          const match = new TextMatch(typed, "payload");
          const sieved = new Set(new TextSieve(match.needle).candidates(given));
          const found = given.flatMap((line, place) =>
            sieved.has(place) && match.isIn(line) ? [place] : [],
          );
          const expected = events.flatMap(([event], place) =>
            holds(JSON.parse(JSON.stringify(event)), typed.toLowerCase()) ? [place] : [],
          );
          expect(found).toEqual(expected);
        },
      ),
      { numRuns: 3000 },
    );
  });

  it.each([
    ["caf\\u00e9", "CAFÉ"],
    ["two\\nlines", "two\nlines"],
    ["a\\/b", "A/B"],
    ["\\u0041lice", "alice"],
    ["300 \u212a", "300 k"],
    ["\\u212aelvin", "kelvin"],
    ["back\\\\slash", "k\\s"],
    ["\\ud83d\\ude00", "😀"],
  ])("is found in %s as %s", (text, typed) => {
    const line = Buffer.from(`{"a":["${text}"]}`);
    const match = new TextMatch(typed, "payload");
    expect(new TextSieve(match.needle).candidates([line])).toEqual([0]);
    expect(match.isIn(line)).toBe(true);
  });

  it.each(["1e3", "1.50", "0.00000012", "12345678901234567890", "1.5E+2", "-0.0", "123456789.123456789"])(
    "is found in the number %s as it is written and as it is shown",
    (number) => {
      const line = Buffer.from(`{"a":[1,${number}]}`);
      for (const typed of [number, String(Number(number))]) {
        const match = new TextMatch(typed, "payload");
        expect(new TextSieve(match.needle).candidates([line]), typed).toEqual([0]);
        expect(match.isIn(line), typed).toBe(true);
      }
    },
  );

  it("leaves out lines that cannot hold it without parsing them", () => {
    const lines = ["hay", "hay\\n", "h\\u00e9y", "héy"].map((text) => Buffer.from(`{"a":"${text}"}`));
    expect(new TextSieve("needle").candidates(lines)).toEqual([]);
  });
});
