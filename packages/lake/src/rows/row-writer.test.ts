import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RowReader } from "../restore/index.ts";
import { RowWriter } from "./row-writer.ts";

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

/** Rows of one byte each, at these places. */
function rowsAt(...places: number[]): RowWriter {
  const rows = new RowWriter();
  for (const place of places) {
    rows.begin(place);
    rows.byte(place);
  }
  return rows;
}

describe("rows as RowBinary", () => {
  it("are read again as they were written, in pieces of any size", () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            place: fc.maxSafeNat(),
            text: fc.string({ unit: "grapheme", maxLength: 300 }),
            bytes: fc.uint8Array({ maxLength: 300 }),
            small: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
          }),
          { maxLength: 20 },
        ),
        fc.integer({ min: 1, max: 50 }),
        async (written, size) => {
          const rows = new RowWriter();
          for (const { place, text, bytes, small } of written) {
            rows.begin(place);
            rows.uint64(place);
            rows.text(text);
            rows.bytes(bytes);
            rows.uint32(small);
          }
          const reader = new RowReader(inPieces(rows.behind(-1), size));
          const read: unknown[] = [];
          while (await reader.hasMore())
            read.push({
              place: await reader.uint64(),
              text: await reader.text(),
              bytes: Uint8Array.from(await reader.bytes()),
              small: await reader.uint32(),
            });
          expect(read).toEqual(written);
        },
      ),
      { numRuns: 60 },
    ));

  it("are little endian, of two's complement, and say of what may be absent whether it is", () => {
    const rows = new RowWriter();
    rows.begin(0);
    rows.int64(-2);
    rows.optionalUint64(undefined);
    rows.optionalUint64(2 ** 40);
    rows.optionalFloat64(0.5);
    rows.texts(["a", ""]);
    expect(Buffer.from(rows.behind(-1)).toString("hex")).toBe(
      ["feffffffffffffff", "01", "000000000000010000", "00000000000000e03f", "02016100"].join(""),
    );
  });

  it.each([0, 127, 128, 16_383, 16_384, 300_000])(
    "a text of %i characters has its length before it",
    (length) => {
      for (const letter of ["x", "ß", "漢"]) {
        const rows = new RowWriter();
        rows.begin(0);
        rows.text(letter.repeat(length));
        const bytes = Buffer.from(rows.behind(-1));
        let [told, at] = [0, 0];
        for (let scale = 1; ; scale *= 128) {
          const byte = bytes[at++] ?? 0;
          told += (byte % 128) * scale;
          if (byte < 128) break;
        }
        expect(told).toBe(Buffer.byteLength(letter) * length);
        expect(bytes.subarray(at).toString()).toBe(letter.repeat(length));
      }
    },
  );

  it("can be had behind a place, or up to one", () => {
    const rows = rowsAt(3, 5, 5, 9);
    expect([...rows.behind(-1)]).toEqual([3, 5, 5, 9]);
    expect([...rows.behind(3)]).toEqual([5, 5, 9]);
    expect([...rows.behind(4)]).toEqual([5, 5, 9]);
    expect([...rows.behind(9)]).toEqual([]);
    expect([...rows.upTo(5)]).toEqual([3, 5, 5]);
    expect([...rows.upTo(2)]).toEqual([]);
    expect([rows.firstBehind(-1), rows.firstBehind(5), rows.firstBehind(9)]).toEqual([3, 9, undefined]);
  });
});
