import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { generateLog } from "../testing/generate-log.ts";
import { scanStretch } from "./scan-stretch.ts";
import type { Piece } from "./stretches.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "llm-sim-stretch-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** How many rows each part of a stretch has that is cut into parts of at most so many. */
async function partsOf(events: number, most: number): Promise<number[]> {
  const path = join(directory, "events.jsonl");
  writeFileSync(path, `${[...generateLog({ events, simulationId: "one" })].join("\n")}\n`);
  const { size, ino: inode } = statSync(path);
  const piece: Piece = { path, file: "events.jsonl", inode, compressed: false, base: 0, from: 0, to: size };
  const rows: number[] = [];
  const end = await scanStretch(
    [piece],
    async (_, { part }) => {
      rows.push(part?.summary.rows ?? 0);
    },
    most,
  );
  expect(end.kind).toBe("end");
  return rows;
}

it("goes into one part where it fits", async () => {
  expect(await partsOf(9000, 12_000)).toEqual([9000]);
});

it("goes into several alike where it does not, and leaves none that is small", async () => {
  // A part ends with the megabyte, of some 2,500 lines, in which it has come to be full.
  const parts = await partsOf(30_000, 14_000);
  expect(parts.length).toBe(3);
  expect(Math.min(...parts)).toBeGreaterThan(4000);
  expect(parts.reduce((sum, rows) => sum + rows, 0)).toBe(30_000);
});
