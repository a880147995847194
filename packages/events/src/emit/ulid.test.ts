import fc from "fast-check";
import { decodeTime, isValid, monotonicFactory } from "ulid";
import { describe, expect, it } from "vitest";
import { type IdBlock, idText, UlidGenerator, writeId } from "./ulid.ts";

const NOW = Date.UTC(2026, 10, 23);
const next = (ids: UlidGenerator, time: number) => {
  ids.advance(time);
  return idText(ids.block, ids.counter);
};

describe("ULIDs", () => {
  it("are ULIDs to the library, which reads the same time from them", () => {
    const ids = new UlidGenerator();
    for (let step = 0; step < 1000; step++) {
      const id = next(ids, NOW + step);
      expect(isValid(id)).toBe(true);
      expect(decodeTime(id)).toBe(NOW + step);
    }
  });

  it("sort by making, as the library's do, whatever the clock does", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 200 }), (steps) => {
        const ids = new UlidGenerator();
        const theirs = monotonicFactory();
        let time = NOW;
        let last = "";
        let theirLast = "";
        for (const step of steps) {
          time += step;
          const id = next(ids, time);
          const their = theirs(time);
          expect(id > last).toBe(true);
          expect(their > theirLast).toBe(true);
          // The same rule for the time, too: that of the clock, or the last one's where the clock stepped back.
          expect(decodeTime(id)).toBe(decodeTime(their));
          [last, theirLast] = [id, their];
        }
      }),
    );
  });

  it("600,000 in one millisecond are distinct and in order", () => {
    const ids = new UlidGenerator();
    let last = "";
    let wrong = 0;
    for (let count = 0; count < 600_000; count++) {
      const id = next(ids, NOW);
      if (id <= last) wrong++;
      last = id;
    }
    expect(wrong).toBe(0);
    expect(decodeTime(last) - NOW).toBeLessThanOrEqual(1);
  });

  it("go on after a given id, also where the clock is behind it", () => {
    const theirs = monotonicFactory();
    for (const time of [NOW - 1, NOW, NOW + 5]) {
      const after = theirs(NOW);
      const ids = new UlidGenerator(after);
      const first = next(ids, time);
      expect(first > after).toBe(true);
      expect(next(ids, time) > first).toBe(true);
    }
  });

  it("go on after the last id of a millisecond in the next", () => {
    const ids = new UlidGenerator("01KATN0000ABCDEFGHJKMNZZZZ");
    expect(next(ids, 0) > "01KATN0000ABCDEFGHJKMNZZZZ").toBe(true);
  });

  it("of two generators differ", () => {
    const [one, other] = [new UlidGenerator(), new UlidGenerator()];
    expect(next(one, NOW)).not.toBe(next(other, NOW));
  });

  it("have all their digits random but those of the time and the counter", () => {
    const seen = Array.from({ length: 26 }, () => new Set<string>());
    for (let count = 0; count < 2000; count++) {
      const id = next(new UlidGenerator(), NOW);
      for (const [at, digit] of Array.from(id).entries()) seen[at]?.add(digit);
    }
    // Digits 10 to 21 take all 32 values; the first of the counter its lower half, so that it has room to count.
    expect(seen.slice(10, 22).map((digits) => digits.size)).toEqual(new Array(12).fill(32));
    expect([...(seen[22] ?? [])].every((digit) => digit <= "F")).toBe(true);
  });

  it("are read and written alike", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/), (id) => {
        const { block, counter }: { block: IdBlock; counter: number } = new UlidGenerator().parse(id);
        const bytes = Buffer.alloc(30, "-");
        writeId(bytes, 2, block, counter);
        expect(bytes.toString()).toBe(`--${id}--`);
        expect(block.time).toBe(decodeTime(id));
      }),
    );
  });
});
