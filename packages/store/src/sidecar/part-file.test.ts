import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { closeIdleFiles } from "../log/index.ts";
import { ArrayCache, type KeptArray } from "./array-cache.ts";
import { DamagedIndex, PartFile } from "./part-file.ts";
import type { PartSeal } from "./part-layout.ts";
import { writePart } from "./write-part.ts";

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

  it("is read when it is asked for, and only the array that is, and small ones along with the directory", async () => {
    const seal = await writePart(path, ARRAYS);
    const cache = new ArrayCache(1e9);
    const part = new PartFile(path, seal, cache);
    expect(cache.held).toBe(0);
    part.words("length");
    expect([cache.held, part.held]).toEqual([ROWS * 5, ROWS * 5]);
    rmSync(path);
    closeIdleFiles();
    expect(part.words("length").length).toBe(ROWS);
    expect(() => part.reals("time")).toThrow(DamagedIndex);
    part.release();
    expect([cache.held, part.held]).toEqual([0, 0]);
  });
});

/** An array of forty blocks and some entries; what is in it tells where. */
const LONG: [string, KeptArray] = ["causes", Uint32Array.from({ length: 40 * 4096 + 7 }, (_, at) => at * 3)];

describe("an array of many blocks", () => {
  it("is read by the block around an entry, and is the same as a whole", async () => {
    const seal = await writePart(path, [...ARRAYS, LONG]);
    const cache = new ArrayCache(0);
    const part = new PartFile(path, seal, cache);
    expect(part.words("causes")).toEqual(LONG[1]);
    expect(part.wordBlocks("causes").entries).toBe(LONG[1].length);
    for (const entry of [0, 4095, 4096, 100_000, LONG[1].length - 1]) {
      const { from, values } = part.wordBlocks("causes").around(entry);
      expect(values[entry - from], `entry ${entry}`).toBe(entry * 3);
      expect(values.byteLength).toBeLessThanOrEqual(16_384);
    }
    expect(part.wordBlocks("nanoseconds").around(5).values.length).toBe(0);
  });

  it("costs one block where an entry is asked for, and is refused only where that one is damaged", async () => {
    const seal = await writePart(path, [LONG]);
    const cache = new ArrayCache(1e9);
    const part = new PartFile(path, seal, cache);
    const damaged = readFileSync(path);
    damaged[damaged.length - 20_000] = (damaged[damaged.length - 20_000] ?? 0) ^ 1;
    writeFileSync(path, damaged);
    part.wordBlocks("causes").around(9000);
    expect([cache.held, part.held]).toEqual([16_384, 16_384]);
    expect(() => part.wordBlocks("causes").around(38 * 4096 + 4000)).toThrow(DamagedIndex);
    expect(() => part.words("causes")).toThrow(DamagedIndex);
  });

  it("lets go of single blocks", async () => {
    const seal = await writePart(path, [LONG]);
    const cache = new ArrayCache(10 * 16_384);
    const part = new PartFile(path, seal, cache);
    for (let entry = 0; entry < LONG[1].length; entry++) {
      const { from, values } = part.wordBlocks("causes").around(entry);
      if (values[entry - from] !== entry * 3) expect.fail(`entry ${entry} is ${values[entry - from]}`);
    }
    expect(cache.held).toBeLessThanOrEqual(10 * 16_384);
    expect(part.held).toBe(cache.held);
    part.release();
    expect([cache.held, part.held]).toEqual([0, 0]);
  });
});

describe("a part's file", () => {
  it("stays open from one block to the next, and is opened again after others have needed the room", async () => {
    const seal = await writePart(path, [LONG]);
    const part = new PartFile(path, seal, new ArrayCache(0));
    part.wordBlocks("causes").around(0);
    const aside = `${path}.aside`;
    renameSync(path, aside);
    part.wordBlocks("causes").around(9000);
    closeIdleFiles();
    expect(() => part.wordBlocks("causes").around(20_000)).toThrow(DamagedIndex);
    // Written again it is another file with the same in it.
    writeFileSync(path, readFileSync(aside));
    const { from, values } = part.wordBlocks("causes").around(20_000);
    expect(values[20_000 - from]).toBe(60_000);
    part.release();
  });
});

describe("arrays that share a budget", () => {
  it("go where they have not been touched, the longest ago first", async () => {
    const seal = await writePart(path, ARRAYS.slice(1));
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
