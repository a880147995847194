import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareSizes, decimal, minus, parseDecimal, plus, signed, ZERO } from "./decimal.ts";

const number = fc.double({ noNaN: true, noDefaultInfinity: true });
/** Numbers as simulations have them: few digits behind the point. */
const plain = fc
  .tuple(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), fc.nat(6))
  .map(([n, p]) => n / 10 ** p);

describe("an exact decimal", () => {
  it("is the number as it is written", () => {
    fc.assert(
      fc.property(fc.oneof(number, plain), (value) => {
        const written = decimal(value);
        expect(Number(`${written.coefficient}e${written.exponent}`)).toBe(value === 0 ? 0 : value);
        expect(signed(written)).toBe(signed(parseDecimal(String(value))));
      }),
    );
  });

  it("does not do what doubles do", () => {
    expect(0.3 - 0.1).not.toBe(0.2);
    expect(signed(minus(decimal(0.3), decimal(0.1)))).toBe("+0.2");
    expect(signed(minus(decimal(1e21), decimal(1)))).toBe("+999999999999999999999");
  });

  it("adds what was taken away back to the last digit", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(number, plain), { minLength: 1 }), (values) => {
        const steps = values.slice(1).map((value, at) => minus(decimal(value), decimal(values[at] ?? 0)));
        const sum = steps.reduce(plus, ZERO);
        expect(signed(plus(decimal(values[0] ?? 0), sum))).toBe(signed(decimal(values.at(-1) ?? 0)));
      }),
    );
  });

  it("reads what it writes", () => {
    fc.assert(
      fc.property(
        fc.bigInt(-(10n ** 60n), 10n ** 60n),
        fc.integer({ min: -350, max: 350 }),
        (coefficient, exponent) => {
          const value = { coefficient, exponent };
          expect(minus(parseDecimal(signed(value)), value).coefficient).toBe(0n);
        },
      ),
    );
  });

  it.each([
    [12.4, "+12.4"],
    [-0.1, "-0.1"],
    [0, "0"],
    [-0, "0"],
    [1000, "+1000"],
    [1e-7, "+0.0000001"],
    [1.5e300, "+1.5e+300"],
    [5e-324, "+5e-324"],
  ])("%d is written %s", (value, text) => {
    expect(signed(decimal(value))).toBe(text);
  });

  it("compares sizes whatever the sign", () => {
    expect(compareSizes(decimal(-3), decimal(2))).toBeGreaterThan(0);
    expect(compareSizes(decimal(-3), decimal(3))).toBe(0);
    expect(compareSizes(decimal(0.1), decimal(0.11))).toBeLessThan(0);
  });
});
