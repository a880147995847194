import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Line, LineSplitter } from "./line-splitter.ts";

const LIMIT = 1000;

function split(bytes: Buffer, sizes: readonly number[], limit = LIMIT): Line[] {
  const splitter = new LineSplitter({ offset: 0, line: 1 }, limit);
  const lines: Line[] = [];
  const memory = Buffer.alloc(bytes.length);
  let at = 0;
  for (let turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] ?? 1;
    const chunk = bytes.subarray(at, at + size);
    at += size;
    // The same memory again and again, as a reader would.
    chunk.copy(memory);
    for (const line of splitter.push(memory.subarray(0, chunk.length))) {
      lines.push({ ...line, bytes: Buffer.from(line.bytes) });
    }
  }
  return [...lines, ...splitter.end()];
}

const textAndLine = (lines: readonly Line[]): [string, number][] =>
  lines.map(({ bytes, line }) => [bytes.toString(), line]);

describe("splitting a segment into lines", () => {
  it("gives each line its number and place, and whether a newline ends it", () => {
    expect(split(Buffer.from("one\ntwo"), [100])).toEqual([
      { bytes: Buffer.from("one"), offset: 0, next: 4, line: 1, terminated: true, damage: undefined },
      { bytes: Buffer.from("two"), offset: 4, next: 7, line: 2, terminated: false, damage: undefined },
    ]);
  });

  it("takes CRLF for a line end", () => {
    expect(textAndLine(split(Buffer.from("one\r\ntwo\r\n"), [4]))).toEqual([
      ["one", 1],
      ["two", 2],
    ]);
  });

  it("leaves blank lines out, and counts them", () => {
    expect(textAndLine(split(Buffer.from("\n\r\none\n \t\n\ntwo\n"), [3]))).toEqual([
      ["one", 3],
      ["two", 6],
    ]);
  });

  it("leaves out the byte order mark at the beginning, and only there", () => {
    const lines = split(Buffer.from("\ufeffone\n\ufefftwo\n"), [2]);
    expect(textAndLine(lines)).toEqual([
      ["one", 1],
      ["\ufefftwo", 2],
    ]);
    expect(lines[0]?.offset).toBe(3);
  });

  it("parts a line at zeros, which are one damaged stretch", () => {
    const bytes = Buffer.from("one\n\0\0\0two\nthr\0\0ee\r\n\0\n \0\0");
    for (const size of [1, 3, 100])
      expect(
        split(bytes, [size]).map(({ bytes: piece, offset, next, line, terminated, damage }) => [
          damage ?? piece.toString(),
          offset,
          next,
          line,
          terminated,
        ]),
      ).toEqual([
        ["one", 0, 4, 1, true],
        ["3 zero bytes", 4, 7, 2, true],
        ["two", 7, 11, 2, true],
        ["thr", 11, 14, 3, true],
        ["2 zero bytes", 14, 16, 3, true],
        ["ee", 16, 20, 3, true],
        ["1 zero byte", 20, 22, 4, true],
        ["2 zero bytes", 23, 25, 5, false],
      ]);
  });

  it.each([
    ["little-endian with a mark", "\ufeff{}\n{}\n", false],
    ["little-endian", '{"a":1}\n{"b":2}\n', false],
    ["big-endian with a mark", "\ufeff{}\n{}\n", true],
    ["big-endian", '{"a":1}\n{"b":2}\n', true],
  ])("names UTF-16 as such, once for all of it: %s", (_what, text, swap) => {
    const bytes = Buffer.from(text, "utf16le");
    if (swap) bytes.swap16();
    for (const size of [1, 3, 1000])
      expect(split(bytes, [size])).toEqual([
        {
          bytes: Buffer.alloc(0),
          offset: 0,
          next: bytes.length,
          line: 1,
          terminated: true,
          damage: "the file is UTF-16; save it as UTF-8",
        },
      ]);
  });

  it("reports a line that is too long, without holding it, and reads on after it", () => {
    const long = "x".repeat(LIMIT + 1);
    const bytes = Buffer.from(`one\n${long}\ntwo\n${"y".repeat(LIMIT)}\n${long}`);
    for (const size of [1, 7, 100, 999, 1000, 1001, 5000]) {
      const lines = split(bytes, [size]);
      expect(
        lines.map(({ damage, offset, next, terminated, ...line }) => ({
          length: line.bytes.length,
          isDamaged: damage !== undefined,
          offset,
          next,
          terminated,
        })),
      ).toEqual([
        { length: 3, isDamaged: false, offset: 0, next: 4, terminated: true },
        { length: 0, isDamaged: true, offset: 4, next: 1006, terminated: true },
        { length: 3, isDamaged: false, offset: 1006, next: 1010, terminated: true },
        { length: LIMIT, isDamaged: false, offset: 1010, next: 2011, terminated: true },
        { length: 0, isDamaged: true, offset: 2011, next: 3012, terminated: false },
      ]);
    }
  });

  it("holds no more than the longest line, however long a damaged one is", () => {
    const splitter = new LineSplitter({ offset: 0, line: 1 }, LIMIT);
    const chunk = Buffer.alloc(1024 * 1024, "x");
    const before = process.memoryUsage().arrayBuffers;
    for (let megabyte = 0; megabyte < 200; megabyte++) splitter.push(chunk);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10 * 1024 * 1024);
    expect(splitter.end()[0]?.damage).toContain("209715200 bytes");
  });

  it("gives the same lines wherever the chunks end", () => {
    const piece = fc.constantFrom(
      "a",
      "ä",
      "😀",
      '{"k":1}',
      "\n",
      "\r\n",
      "\n\n",
      " ",
      "\r",
      "\ufeff",
      "\0",
      "\0\0",
    );
    fc.assert(
      fc.property(
        fc.array(piece),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (pieces, sizes) => {
          const bytes = Buffer.from(pieces.join(""));
          const lines = split(bytes, sizes);
          expect(lines).toEqual(split(bytes, [bytes.length + 1]));
          const texts = pieces
            .join("")
            .split("\n")
            .map((text, index) => (index === 0 ? text.replace(/^\ufeff/, "") : text).replace(/\r$/, ""))
            .flatMap((text) => text.match(/\0+|[^\0]+/g) ?? [])
            .filter((text) => !/^[ \t\r]*$/.test(text));
          const held = lines.map(({ damage, bytes: line }) =>
            damage === undefined ? line.toString() : "\0".repeat(Number.parseInt(damage, 10)),
          );
          expect(held).toEqual(texts);
          expect(
            lines.filter(({ damage }) => damage !== undefined).map(({ offset }) => bytes[offset]),
          ).toEqual(texts.filter((text) => text.startsWith("\0")).map(() => 0));
          for (const [index, { offset, bytes: line, next, terminated }] of lines.entries()) {
            expect(bytes.subarray(offset, offset + line.length).equals(line)).toBe(true);
            const isOver = bytes[next - 1] === 0x0a || lines[index + 1]?.offset === next;
            if (terminated) expect(isOver).toBe(true);
          }
        },
      ),
    );
  });
});
