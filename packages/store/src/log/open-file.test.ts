import { readdirSync, readSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openStore } from "../store.ts";
import { generateLog } from "../testing/generate-log.ts";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";
import { writeRun } from "../testing/write-run.ts";
import { closeIdleFiles, MOST_OPEN, mostOpen, OpenFile } from "./open-file.ts";

const textOf = (file: OpenFile): string =>
  file.use((descriptor) => {
    const buffer = Buffer.alloc(16);
    return buffer.toString("utf8", 0, readSync(descriptor, buffer, 0, 16, 0));
  });

async function withFiles(count: number, work: (files: OpenFile[], directory: string) => void): Promise<void> {
  await inTemporaryDirectory(async (directory) => {
    const files = Array.from({ length: count }, (_, number) => {
      writeFileSync(join(directory, String(number)), `text ${number}`);
      return new OpenFile(join(directory, String(number)));
    });
    try {
      work(files, directory);
    } finally {
      for (const file of files) file.close();
    }
  });
}

it("a process that may have few files keeps few open, and each of its threads", () => {
  expect([undefined, 1_048_576, 1024, 256, 64].map(mostOpen)).toEqual([64, 64, 32, 8, 4]);
});

describe("of many files", () => {
  it("all that are not held are given back where something else needs descriptors, and read again after that", async () => {
    await withFiles(3, ([first, ...others]) => {
      first?.hold();
      closeIdleFiles();
      expect([first, ...others].map((file) => file?.isOpen)).toEqual([true, false, false]);
      first?.letGo();
      expect(others.map(textOf)).toEqual(["text 1", "text 2"]);
    });
  });

  it("so many are open at one time, those used last, and all are read", async () => {
    await withFiles(MOST_OPEN * 3, (files) => {
      for (let round = 0; round < 2; round++)
        for (const [number, file] of files.entries()) expect(textOf(file)).toBe(`text ${number}`);
      expect(files.filter(({ isOpen }) => isOpen)).toEqual(files.slice(-MOST_OPEN));
    });
  });

  it("one that is held stays open, whatever becomes of its name, until it is let go of", async () => {
    await withFiles(MOST_OPEN + 2, ([first, ...others], directory) => {
      if (first === undefined) throw new Error("there is none");
      first.hold();
      rmSync(join(directory, "0"));
      for (const file of others) textOf(file);
      expect(textOf(first)).toBe("text 0");
      first.letGo();
      for (const file of others) textOf(file);
      expect(first.isOpen).toBe(false);
      expect(() => textOf(first)).toThrow(expect.objectContaining({ code: "ENOENT" }));
    });
  });

  it("one is opened again by the name it has now, and another file under its name is not taken for it", async () => {
    await withFiles(MOST_OPEN + 1, ([first, ...others], directory) => {
      expect(first?.isOpen).toBe(false);
      renameSync(join(directory, "0"), join(directory, "renamed"));
      writeFileSync(join(directory, "0"), "another");
      expect(() => first && textOf(first)).toThrow(expect.objectContaining({ code: "ENOENT" }));
      first?.renamed(join(directory, "renamed"));
      expect(first && textOf(first)).toBe("text 0");
      expect(others.filter(({ isOpen }) => isOpen)).toHaveLength(MOST_OPEN - 1);
    });
  });
});

it.skipIf(process.platform !== "linux")(
  "a run of hundreds of segments is asked with a few files open",
  async () => {
    await inTemporaryDirectory(async (output) => {
      const events = [
        ...generateLog({ events: 600, agents: 3, simulationId: "market", start: 1_763_882_100_000_000 }),
      ];
      const segments = Array.from({ length: 300 }, (_, number) => events.slice(number * 2, number * 2 + 2));
      writeRun(join(output, "market"), { segments });
      const open = () => readdirSync("/proc/self/fd").length;
      const before = open();
      const store = openStore(output);
      const run = await store.openRun("market");
      for (let round = 0; round < 2; round++) {
        expect((await run.query({ limit: 600 })).events()).toHaveLength(600);
        expect(open() - before).toBeLessThanOrEqual(MOST_OPEN + 8);
      }
      await store.close();
      expect(open() - before).toBeLessThanOrEqual(8);
    });
  },
);
