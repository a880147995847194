import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { EventIds } from "./event-ids.ts";

const DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Ids that differ in one digit each, so that no bit may be left out. */
const id = fc
  .array(fc.nat(31), { minLength: 26, maxLength: 26 })
  .map(([first = 0, ...rest]) => [first % 8, ...rest].map((value) => DIGITS[value]).join(""));
const near = fc.tuple(fc.nat(25), fc.nat(7)).map(([at, value]) => {
  const digits = Array.from("01KATN0000ABCDEFGHJKMNPQRS");
  digits[at] = DIGITS[value] ?? "0";
  return digits.join("");
});

function counted(index: number): string {
  let text = "";
  for (let rest = index, digit = 0; digit < 26; digit++, rest = Math.floor(rest / 32))
    text = DIGITS[rest % 32] + text;
  return text;
}

describe("the ids of a run", () => {
  it("are a set like any other", () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(id, near), { maxLength: 200 }),
        fc.array(fc.oneof(id, near)),
        (added, asked) => {
          const ids = new EventIds();
          const set = new Set<string>();
          for (const one of added) {
            expect(ids.add(one)).toBe(!set.has(one));
            set.add(one);
          }
          expect(ids.size).toBe(set.size);
          for (const one of [...asked, ...added]) expect(ids.has(one)).toBe(set.has(one));
        },
      ),
    );
  });

  it("are all there past every growth, in 32 bytes each at most", () => {
    const count = 300_000;
    const before = process.memoryUsage().arrayBuffers;
    const ids = new EventIds();
    for (let index = 0; index < count; index++) ids.add(counted(index * 3));
    let found = 0;
    for (let index = 0; index < count * 3; index++) if (ids.has(counted(index))) found++;
    expect(found).toBe(count);
    expect(ids.bytes / count).toBeLessThan(32);
    // What it says of itself is no less than what the process holds.
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(ids.bytes * 2.5);
  });
});
