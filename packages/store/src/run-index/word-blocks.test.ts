import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findAscending } from "./id-slots.ts";
import type { ArrayBlock, ArrayBlocks } from "./part-arrays.ts";
import { PostingList } from "./posting-list.ts";
import { compareUlids, ULID_WORDS } from "./ulid.ts";
import { blockOfId, lowerBoundIn, placesOf } from "./word-blocks.ts";
import { WordsInOrder } from "./words-in-order.ts";

/** An array in blocks of so many entries, and how many were asked for. `row` entries belong together. */
function inBlocks(
  values: Uint32Array,
  size: number,
  row = 1,
): ArrayBlocks<Uint32Array> & { asked: Set<number> } {
  const asked = new Set<number>();
  const last = Math.max(0, Math.ceil(values.length / size) - 1);
  return {
    entries: values.length,
    size,
    firsts: last > 0 ? values.filter((_, at) => at % size < row) : new Uint32Array(0),
    asked,
    around(entry) {
      const number = Math.min(Math.floor(entry / size), last);
      asked.add(number);
      return { from: number * size, values: values.slice(number * size, (number + 1) * size) };
    },
  };
}

function rowIn({ from, values }: ArrayBlock<Uint32Array>, id: Uint32Array): number {
  const found = findAscending(values, values.length / ULID_WORDS, id, 0);
  return found === -1 ? -1 : found + from / ULID_WORDS;
}

const ascending = fc
  .uniqueArray(fc.integer({ min: 0, max: 300 }), { maxLength: 120 })
  .map((values) => Uint32Array.from(values).sort());
const blockSize = fc.integer({ min: 1, max: 9 });

describe("an array in blocks", () => {
  it("is searched as if it were in one", () => {
    fc.assert(
      fc.property(
        ascending,
        blockSize,
        fc.nat(310),
        fc.nat(120),
        fc.nat(120),
        (values, size, value, a, b) => {
          const [from, to] = [Math.min(a, b, values.length), Math.min(Math.max(a, b), values.length)];
          const below = values.slice(from, to).filter((one) => one < value).length;
          expect(lowerBoundIn(inBlocks(values, size), value, from, to)).toBe(from + below);
        },
      ),
    );
  });

  it("is searched by reading one of them", () => {
    const values = Uint32Array.from({ length: 64 * 128 }, (_, at) => at * 2);
    for (let value = 0; value < values.length * 2; value += 997) {
      const blocks = inBlocks(values, 64);
      lowerBoundIn(blocks, value, 0, values.length);
      expect(blocks.asked.size).toBe(1);
    }
  });

  it("of reals is narrowed to where a value may stand, without reading any", () => {
    const times = fc
      .array(fc.integer({ min: 0, max: 30 }), { maxLength: 60 })
      .map((values) => Float64Array.from(values).sort());
    fc.assert(
      fc.property(times, blockSize, fc.integer({ min: -1, max: 31 }), (values, size, value) => {
        const firsts = values.length > size ? values.filter((_, at) => at % size === 0) : new Float64Array(0);
        const around = (): never => expect.fail("a block is read");
        const [from, to] = placesOf({ entries: values.length, size, firsts, around }, value);
        expect(values.slice(0, from).every((one) => one < value)).toBe(true);
        expect(values.slice(to).every((one) => one > value)).toBe(true);
        expect(values.slice(from, to).filter((one) => one !== value).length).toBeLessThanOrEqual(2 * size);
      }),
    );
  });

  it("is read in any order", () => {
    fc.assert(
      fc.property(ascending, blockSize, fc.array(fc.nat(119)), (values, size, places) => {
        const words = new WordsInOrder(inBlocks(values, size));
        for (const place of places) expect(words.at(place)).toBe(values[place] ?? 0);
      }),
    );
  });

  it("of ascending ids gives the block that holds one", () => {
    fc.assert(
      fc.property(ascending, blockSize, fc.nat(310), (values, size, value) => {
        const ids = Uint32Array.from([...values].flatMap((last) => [1, 2, 3, last]));
        const wanted = Uint32Array.of(1, 2, 3, value);
        const block = blockOfId(inBlocks(ids, size * ULID_WORDS, ULID_WORDS), wanted, 0);
        const row = values.indexOf(value);
        expect(rowIn(block, wanted)).toBe(row);
        if (row >= 0) expect(compareUlids(ids, row * ULID_WORDS, wanted, 0)).toBe(0);
      }),
    );
  });
});

describe("a posting list", () => {
  it("says the same however its pieces are cut into blocks", () => {
    const pieces = fc.array(
      ascending.filter(({ length }) => length > 0),
      { maxLength: 4 },
    );
    fc.assert(
      fc.property(pieces, blockSize, fc.nat(5), (rows, size, before) => {
        const all = rows.flatMap((values, number) => [...values].map((row) => row + number * 301));
        const list = new PostingList(
          rows.map((values, number) => ({
            base: number * 301,
            lowest: number * 301,
            end: (number + 1) * 301,
            length: values.length,
            from: before,
            blocks: inBlocks(Uint32Array.from([...Array(before).fill(400), ...values, 400]), size),
          })),
        );
        expect(all.map((_, index) => list.at(index))).toEqual(all);
        expect(all.map((_, index) => list.at(all.length - 1 - index))).toEqual(all.toReversed());
        const visited: number[] = [];
        list.each(0, list.length, (row) => visited.push(row));
        expect(visited).toEqual(all);
        for (let row = 0; row < rows.length * 301; row += 7)
          expect(list.rank(row)).toBe(all.filter((one) => one < row).length);
      }),
    );
  });
});
