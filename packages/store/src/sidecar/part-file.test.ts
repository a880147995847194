import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ArrayCache, type KeptArray } from "./array-cache.ts";
import { DamagedIndex, PartFile, type PartSeal, writePart } from "./part-file.ts";

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "llm-sim-part-"));
  path = join(directory, "part");
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const ROWS = 3001;
const NUMBERS = Array.from({ length: ROWS }, (_, row) => row * 7);
const ARRAYS: [string, KeptArray][] = [
  ["kindAndForm", Uint8Array.from(NUMBERS)],
  ["length", Uint32Array.from(NUMBERS)],
  ["nanoseconds", new Uint32Array(0)],
  ["time", Float64Array.from(NUMBERS, (number) => number * 1e9 + 0.5)],
];

/** All that the file holds, in the form in which it was written. */
function read(seal: PartSeal, cache = new ArrayCache(1e9)): [string, KeptArray][] {
  const part = new PartFile(path, seal, cache);
  return [
    ["kindAndForm", part.bytes("kindAndForm")],
    ["length", part.words("length")],
    ["nanoseconds", part.words("nanoseconds")],
    ["time", part.reals("time")],
  ];
}

describe("a part's file", () => {
  it("gives its arrays as they were written, and leaves nothing else behind", async () => {
    const seal = await writePart(path, ARRAYS);
    expect(read(seal)).toEqual(ARRAYS);
    expect(readdirSync(directory)).toEqual(["part"]);
    expect(readFileSync(path).length).toBe(seal.bytes);
  });

  it("is refused where it is gone, cut short, or another by the same name", async () => {
    const seal = await writePart(path, ARRAYS);
    const whole = readFileSync(path);
    for (const length of [0, 10, 30, 500, whole.length - 9]) {
      writeFileSync(path, whole);
      truncateSync(path, length);
      expect(() => read(seal), `${length} bytes`).toThrow(DamagedIndex);
    }
    await writePart(path, [["length", new Uint32Array(1)], ...ARRAYS.slice(2)]);
    expect(() => read(seal)).toThrow(DamagedIndex);
    rmSync(path);
    expect(() => read(seal)).toThrow(DamagedIndex);
  });

  it("gives nothing that is not as it was written, wherever it is damaged", async () => {
    const seal = await writePart(path, ARRAYS);
    const whole = readFileSync(path);
    let refused = 0;
    for (let at = 0; at < whole.length; at += at < 1000 ? 3 : 997) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      writeFileSync(path, damaged);
      try {
        expect(read(seal)).toEqual(ARRAYS); // what lies between two arrays may be anything
      } catch (error) {
        expect(error).toBeInstanceOf(DamagedIndex);
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(300);
  });

  it("is read when it is asked for, and only the array that is", async () => {
    const seal = await writePart(path, ARRAYS);
    const cache = new ArrayCache(1e9);
    const part = new PartFile(path, seal, cache);
    expect(cache.held).toBe(0);
    part.words("length");
    expect([cache.held, part.held]).toEqual([ROWS * 4, ROWS * 4]);
    rmSync(path);
    expect(part.words("length").length).toBe(ROWS);
    expect(() => part.reals("time")).toThrow(DamagedIndex);
    part.release();
    expect([cache.held, part.held]).toEqual([0, 0]);
  });
});

describe("arrays that share a budget", () => {
  it("go where they have not been touched, the longest ago first", async () => {
    const seal = await writePart(path, ARRAYS);
    const cache = new ArrayCache(ROWS * 20);
    const parts = [1, 2, 3].map(() => new PartFile(path, seal, cache));
    for (const part of parts.slice(0, 2)) part.reals("time");
    parts[0]?.words("length");
    expect(cache.held).toBe(ROWS * 20);
    parts[2]?.reals("time");
    expect(cache.held).toBeLessThanOrEqual(ROWS * 20);
    expect(parts.map(({ held }) => held)).toEqual([ROWS * 4, ROWS * 8, ROWS * 8]);
    parts[1]?.reals("time");
    parts[0]?.reals("time");
    expect(parts[1]?.held).toBe(ROWS * 8);
  });

  it("are read in any case, be the budget as small as it likes, and the same again", async () => {
    const seal = await writePart(path, ARRAYS);
    const cache = new ArrayCache(0);
    expect(read(seal, cache)).toEqual(ARRAYS);
    expect(read(seal, cache)).toEqual(ARRAYS);
    expect(cache.held).toBe(ROWS * 2); // small ones stay
  });
});
