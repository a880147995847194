import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareUlids, formatUlid, parseUlid, ULID_WORDS } from "./ulid.ts";

const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ulid = fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((value) => {
  let text = "";
  for (let shift = 125n; shift >= 0n; shift -= 5n) text += DIGITS[Number((value >> shift) & 31n)];
  return { value, text };
});

function wordsOf(text: string): Uint32Array {
  const words = new Uint32Array(ULID_WORDS);
  expect(parseUlid(text, words, 0)).toBe(true);
  return words;
}

describe("a ULID in four words", () => {
  it("is its 128 bits, the most significant first, and comes out as it went in", () => {
    fc.assert(
      fc.property(ulid, ({ value, text }) => {
        const words = wordsOf(text);
        expect(words.reduce((bits, word) => (bits << 32n) | BigInt(word), 0n)).toBe(value);
        expect(formatUlid(words, 0)).toBe(text);
      }),
    );
  });

  it("comes out as text that takes no more memory than its letters and what any text takes", () => {
    setFlagsFromString("--expose-gc");
    const heldBytes = (): number => {
      runInNewContext("gc()");
      return process.memoryUsage().heapUsed;
    };
    const words = Uint32Array.of(0x019d5792, 0x10b32804, 0xa2130000, 1234);
    const ids = Array.from({ length: 20_000 }, () => "");
    const before = heldBytes();
    for (let place = 0; place < ids.length; place++) ids[place] = formatUlid(words, 0);
    expect((heldBytes() - before) / ids.length).toBeLessThan(100);
    expect(new Set(ids).size).toBe(1);
  });

  it("compares as its text does", () => {
    fc.assert(
      fc.property(ulid, ulid, (one, other) => {
        const order = Math.sign(compareUlids(wordsOf(one.text), 0, wordsOf(other.text), 0));
        expect(order).toBe(one.text < other.text ? -1 : one.text > other.text ? 1 : 0);
      }),
    );
  });

  it("is no other text: not in length, not in any letter, not in value", () => {
    const words = new Uint32Array(ULID_WORDS);
    const whole = "01KAQS285K0A1B2C000000F88Z";
    expect(parseUlid(whole, words, 0)).toBe(true);
    for (const text of [whole.slice(1), `${whole}0`, `8${whole.slice(1)}`])
      expect(parseUlid(text, words, 0)).toBe(false);
    for (let at = 0; at < whole.length; at++)
      for (const letter of ["I", "L", "O", "U", "a", "-", '"', "é", "\u0130", "\n"])
        expect(parseUlid(whole.slice(0, at) + letter + whole.slice(at + 1), words, 0)).toBe(false);
  });
});
