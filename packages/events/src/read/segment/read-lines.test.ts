import { open, readdir, readlink, realpath, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { runDirectory } from "../built-run.test.fixture.ts";
import { isRunReadError } from "./error.ts";
import { type ReadLinesOptions, readLines, type SegmentFile } from "./read-lines.ts";

const LINES = Array.from(
  { length: 500 },
  (_, index) => `{"line":${index},"text":"${"ä".repeat(index % 37)}"}`,
);
const TEXT = LINES.map((line) => `${line}\n`).join("");

function segment(content: Buffer | string, compressed = false): SegmentFile {
  const file = compressed ? "events.jsonl.gz" : "events.jsonl";
  return { file, path: join(runDirectory({ [file]: content }), file), compressed };
}

async function read(source: SegmentFile, options?: ReadLinesOptions) {
  const lines: { text: string; offset: number; line: number; damage: string | undefined }[] = [];
  for await (const batch of readLines(source, options)) {
    for (const { bytes, offset, line, damage } of batch)
      lines.push({ text: bytes.toString(), offset, line, damage });
  }
  return lines;
}

const members = (): Buffer =>
  Buffer.concat(
    [0, 100, 250, 499].map((from, index, all) =>
      gzipSync(
        LINES.slice(from, all[index + 1])
          .map((line) => `${line}\n`)
          .join(""),
      ),
    ),
  );

describe("reading a segment's lines", () => {
  it.each([1, 7, 64, 1024, undefined])("gives them all, %s bytes at a time", async (chunkBytes) => {
    const lines = await read(segment(TEXT), { chunkBytes });
    expect(lines.map(({ text }) => text)).toEqual(LINES);
  });

  it("gives the same of a gzip file of many members, places included", async () => {
    expect(await read(segment(members(), true), { chunkBytes: 100 })).toEqual(await read(segment(TEXT)));
  });

  it.each([false, true])("reads on from a line's beginning (compressed: %s)", async (compressed) => {
    const all = await read(segment(TEXT));
    const from = { offset: all[300]?.offset ?? 0, line: 301 };
    const rest = await read(segment(compressed ? members() : TEXT, compressed), { from, chunkBytes: 100 });
    expect(rest).toEqual(all.slice(300));
  });

  it("closes the file when its reader has enough", async () => {
    for (const compressed of [false, true]) {
      const source = segment(compressed ? members() : TEXT, compressed);
      for (let time = 0; time < 20; time++) {
        for await (const batch of readLines(source, { chunkBytes: 64 })) {
          if (batch.length === 0) continue;
          expect(await timesOpen(source.path)).toBe(1);
          break;
        }
      }
      expect(await timesOpen(source.path)).toBe(0);
    }
  });

  it("gives one damaged line for what cannot be inflated", async () => {
    const bytes = members();
    const cut = await read(segment(bytes.subarray(0, bytes.length - 20), true), { chunkBytes: 64 });
    expect(cut.pop()?.damage).toContain("damaged gzip");
    expect(cut.map(({ text }) => text)).toEqual(LINES.slice(0, cut.length));
    expect(cut.length).toBeGreaterThan(400);
    // Altered bytes inflate to something until gzip's checksum is met: what is before them is right.
    const altered = await read(segment(Buffer.from(bytes).fill(0x55, 900, 950), true), { chunkBytes: 64 });
    expect(altered.filter(({ damage }) => damage?.includes("damaged gzip")).length).toBeGreaterThan(0);
    expect(altered.slice(0, 100).map(({ text }) => text)).toEqual(LINES.slice(0, 100));
  });

  it("goes on behind a bit that flipped, wherever it did, and gives one damaged line for what it took", async () => {
    const bytes = members();
    for (let at = 0; at < bytes.length; at += 7) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      // Small chunks take ten times as long: at every fifth byte.
      for (const chunkBytes of at % 5 === 0 ? [64, 1 << 20] : [1 << 20]) {
        const lines = await read(segment(flipped, true), { chunkBytes });
        const damaged = lines.filter(({ damage }) => damage !== undefined);
        const right = lines.filter(({ text }) => LINES.includes(text));
        // Some of a member's header say nothing of its text.
        expect(damaged.length, `byte ${at}`).toBeLessThanOrEqual(2);
        if (damaged.length === 0)
          expect(
            lines.map(({ text }) => text),
            `byte ${at}`,
          ).toEqual(LINES);
        expect(right.length, `byte ${at}`).toBeGreaterThanOrEqual(LINES.length - 250); // the largest member
      }
    }
  }, 120_000);

  it("refuses a file that is not the one that was listed", async () => {
    const source = segment(TEXT);
    const file = await open(source.path);
    const { ino } = await file.stat();
    await file.close();
    expect(await read({ ...source, inode: ino })).toHaveLength(500);
    await rename(source.path, `${source.path}.old`);
    const gone = (error: unknown): boolean => isRunReadError(error, "SEGMENT_GONE");
    await expect(read({ ...source, inode: ino })).rejects.toSatisfy(gone);
    await writeFile(source.path, TEXT);
    await expect(read({ ...source, inode: ino })).rejects.toSatisfy(gone);
  });

  it("says which file the system refuses to read", async () => {
    const directory = runDirectory({});
    const source = { file: "events.jsonl", path: directory, compressed: false };
    await expect(read(source)).rejects.toMatchObject({ code: "SEGMENT_UNREADABLE", path: directory });
  });
});

/** How often this process has the file open. */
async function timesOpen(path: string): Promise<number> {
  const real = await realpath(path);
  const opened = await Promise.all(
    (await readdir("/proc/self/fd")).map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => undefined)),
  );
  return opened.filter((target) => target === real).length;
}
