import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PointScanner } from "./point-scanner.ts";

function scanned(text: string) {
  const scanner = new PointScanner();
  const isTaken = scanner.scan(text, 0, text.length);
  const { turns, values } = scanner.taken();
  return isTaken ? Array.from(turns, (turn, at) => [turn, values[at]]) : undefined;
}

const number = fc.oneof(
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ noNaN: true, min: -1000, max: 1000 }).map((value) => Number(value.toFixed(2))),
);

describe("points", () => {
  it("are read to the bit as JSON.parse reads them", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), number), { minLength: 1, maxLength: 20 }), (points) => {
        const text = JSON.stringify(points);
        expect(scanned(text.slice(1))).toEqual(JSON.parse(text));
      }),
    );
  });

  it("are as many as there are", () => {
    const points = Array.from({ length: 10_000 }, (_, turn) => [turn, turn / 7]);
    expect(scanned(JSON.stringify(points).slice(1))).toEqual(points);
  });

  it.each([
    "[0,12345678901234567890]]",
    "[0,0.1234567890123456789]]",
    "[0,1e999]]",
    "[0,-0]]",
    "[0,5e-324]]",
  ])("of rarer numbers are exact: %s", (text) => {
    expect(scanned(text)).toEqual(JSON.parse(`[${text}`));
  });

  it.each([
    "",
    "[",
    "[]]",
    "[0]]",
    "[0,1],[2]]",
    '[0,"a"]]',
    "[0,null]]",
    "[0,true]]",
    "[0,[1,2]]]",
    "[0,1,2]]",
    "[0,1]",
    "[0,1]],",
    "[0,-]]",
    "[0,.]]",
    "[0,1x]]",
    "[0,1]x",
    "[ 0,1]]",
    "[0,99999999999999999999999999999999999999999999999999]]",
  ])("that are anything else are left: %j", (text) => {
    expect(scanned(text)).toBeUndefined();
  });
});
