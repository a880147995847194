import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BLOCK_BYTES, Blocks } from "./blocks.ts";

const idOf = (number: number) => String(number).padStart(26, "0");

describe("the blocks of a log", () => {
  it("hold each event where it lies, whatever the lengths of lines", () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 3 * BLOCK_BYTES }), { maxLength: 30 }), (lengths) => {
        const places = lengths.map((_, at) => lengths.slice(0, at).reduce((sum, length) => sum + length, 0));
        const blockOf = (place: number) => Math.floor(place / BLOCK_BYTES);
        const starts = places.flatMap((place, at) =>
          at > 0 && blockOf(place) !== blockOf(places[at - 1] ?? 0)
            ? [[blockOf(place), idOf(at)] as const]
            : [],
        );
        const blocks = new Blocks(starts);
        expect(places.map((_, at) => blocks.of(idOf(at)))).toEqual(places.map(blockOf));
      }),
    ));

  it("say of an id that is none of the run where it would lie, as nothing is found there", () => {
    const blocks = new Blocks([
      [2, idOf(5)],
      [3, idOf(9)],
    ]);
    expect(["", idOf(6), "ZZZ"].map((id) => blocks.of(id))).toEqual([0, 2, 3]);
  });
});
