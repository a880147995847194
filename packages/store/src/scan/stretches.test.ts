import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { stretchesOf, type Unscanned } from "./stretches.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "llm-sim-stretches-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function segment(number: number, text: string, { taken = 0, compressed = false } = {}): Unscanned {
  const path = join(directory, `${number}`);
  writeFileSync(path, text);
  return { path, file: `${number}`, inode: statSync(path).ino, compressed, base: number * 1000, taken };
}

/** Each stretch as the pieces in it: segment, from, to. */
function cut(segments: Unscanned[], bytes: number): string[] {
  return [...stretchesOf(segments, bytes)].map((pieces) =>
    pieces.map(({ file, from, to }) => `${file}:${from}-${to ?? "end"}`).join(" "),
  );
}

it("cuts behind newlines, and goes on where a segment was taken in to", () => {
  expect(cut([segment(0, "aa\nbb\ncc\ndd\nee\n", { taken: 3 })], 4)).toEqual(["0:3-9", "0:9-15"]);
});

it("puts small segments together, and a compressed one by itself", () => {
  const segments = ["a\n", "b\n", "c\n"].map((text, number) => segment(number, text));
  expect(cut([...segments, segment(3, "gzip", { compressed: true }), segment(4, "d\n")], 100)).toEqual([
    "0:0-2 1:0-2 2:0-2",
    "3:0-end",
    "4:0-2",
  ]);
});

it("leaves a last line without its end, and what is in segments behind it", () => {
  expect(cut([segment(0, "a\nb\ntorn"), segment(1, "c\n")], 100)).toEqual(["0:0-4"]);
  expect(cut([segment(0, "torn"), segment(1, "c\n")], 100)).toEqual([]);
});

it("leaves out nothing, and cuts no line, whatever the lengths are", () => {
  const texts = fc.array(fc.array(fc.nat(30), { maxLength: 12 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(texts, fc.integer({ min: 1, max: 80 }), (lengths, bytes) => {
      const whole = lengths.map((lines) => lines.map((length) => `${"x".repeat(length)}\n`).join(""));
      const segments = whole.map((text, number) => segment(number, text));
      const read = whole.map(() => "");
      for (const { file, from, to } of [...stretchesOf(segments, bytes)].flat()) {
        const [number, text] = [Number(file), whole[Number(file)] ?? ""];
        expect(from).toBe(read[number]?.length);
        expect(text[(to ?? 0) - 1]).toBe("\n");
        read[number] += text.slice(from, to);
      }
      expect(read).toEqual(whole);
    }),
    { numRuns: 60 },
  );
});
