import { execFile } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { builtModule } from "@llm-sim/events/built-module";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LogFollower, ThreadedIntake } from "../follow/index.ts";
import { scanHere } from "../scan/scan-here.test.fixture.ts";
import { openStore } from "../store.ts";
import { generateLog } from "../testing/generate-log.ts";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";
import { writeRun } from "../testing/write-run.ts";
import { ArrayCache } from "./array-cache.ts";
import { INDEX_FILE, isIndexFile } from "./index-files.ts";
import { loadLog, saveLog } from "./saved-log.ts";

const LINES = [...generateLog({ events: 24_000, agents: 5, simulationId: "run" })];
const SEGMENTS = [LINES.slice(0, 8000), LINES.slice(8000, 16_000), LINES.slice(16_000, 22_000)];
const REST = LINES.slice(22_000);
const STRETCH_BYTES = 1_500_000;

const indexFiles = (directory: string): string[] => readdirSync(directory).filter(isIndexFile).toSorted();

/** Takes the log in, in parts of some thousand events, and keeps them. */
async function keep(directory: string, partFrozen?: (follower: LogFollower) => Promise<void>): Promise<void> {
  const threads = new ThreadedIntake({ threads: 2, least: 1, stretch: STRETCH_BYTES, scan: scanHere });
  const follower = new LogFollower(directory, await loadLog(directory), {
    threads,
    ...(partFrozen === undefined ? {} : { partFrozen }),
  });
  await follower.refresh();
  if (partFrozen === undefined) await saveLog(follower, new ArrayCache(1e9));
  follower.close();
}

/** Asks a run with a store of its own: all of it, and some by other ways. */
async function ask(output: string, memory = 1e9): Promise<string[]> {
  const store = openStore(output, { memory });
  try {
    const run = await store.openRun("run");
    const lines: string[] = [];
    for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
      const page = await run.query({ limit: 10_000, ...(cursor === undefined ? {} : { cursor }) });
      lines.push(...page.lines.map(String));
      cursor = page.next_cursor;
    }
    const { total } = await run.query({
      agent_ids: ["agent_002"],
      involving: ["agent_001"],
      event_types: ["ACTION"],
    });
    const middle = JSON.parse(lines[9000] ?? "").event_id;
    const { upstream, downstream } = await run.causality(middle, 3);
    lines.push(JSON.stringify([total, upstream.length, downstream.length]));
    return lines;
  } finally {
    await store.close();
  }
}

async function withParts(
  work: (output: string, directory: string, answer: string[]) => Promise<void>,
): Promise<void> {
  await inTemporaryDirectory(async (output) => {
    const directory = join(output, "run");
    writeRun(directory, { segments: SEGMENTS });
    await keep(directory);
    expect(indexFiles(directory).length).toBeGreaterThan(5);
    const answer = await ask(output);
    expect(answer.slice(0, -1)).toEqual(SEGMENTS.flat());
    await work(output, directory, answer);
  });
}

/** How many events a store in a process of its own finds, and how many bytes of files it reads for that. */
async function askAlone(output: string): Promise<{ total: number; read: number }> {
  const program = `
    import { readFileSync } from "node:fs";
    const { openStore } = await import(process.argv[1]);
    const read = () => Number(/rchar: (\\d+)/.exec(readFileSync("/proc/self/io", "utf8"))[1]);
    const before = read();
    const store = openStore(process.argv[2]);
    const { total } = await (await store.openRun("run")).query({ limit: 1 });
    const after = read();
    await store.close();
    console.log(JSON.stringify({ total, read: after - before }));`;
  const store = builtModule("../index.ts", import.meta.url).href;
  const { stdout } = await promisify(execFile)(process.execPath, [
    "--input-type=module",
    "-e",
    program,
    store,
    output,
  ]);
  return JSON.parse(stdout);
}

describe("an index in several files", () => {
  it("answers with little memory as with much", async () => {
    await withParts(async (output, _, answer) => {
      expect(await ask(output, 0)).toEqual(answer);
    });
  });

  it("is made again where any of its files are gone, in any combination", async () => {
    await withParts(async (output, directory, answer) => {
      const files = indexFiles(directory);
      await fc.assert(
        fc.asyncProperty(fc.subarray(files, { minLength: 1 }), async (gone) => {
          for (const file of gone) rmSync(join(directory, file), { force: true });
          expect(await ask(output)).toEqual(answer);
          const loaded = await loadLog(directory);
          expect(loaded?.index.rows).toBe(22_000);
          for (const { bytes } of loaded?.segments ?? []) bytes?.close();
        }),
        { numRuns: 4 },
      );
    });
  });

  it("is made again where any of its files is damaged, at any place, or cut short", async () => {
    await withParts(async (output, directory, answer) => {
      const whole = new Map(indexFiles(directory).map((file) => [file, readFileSync(join(directory, file))]));
      const sizes = [...whole.entries()].map(([file, { length }]) => ({ file, length }));
      await fc.assert(
        fc.asyncProperty(
          fc
            .constantFrom(...sizes)
            .chain(({ file, length }) => fc.tuple(fc.constant(file), fc.nat(length - 1))),
          fc.constantFrom("flipped", "cut"),
          async ([file, at], how) => {
            for (const left of indexFiles(directory)) rmSync(join(directory, left));
            for (const [name, bytes] of whole) writeFileSync(join(directory, name), bytes);
            const path = join(directory, file);
            if (how === "cut") truncateSync(path, at);
            else {
              const bytes = Buffer.from(whole.get(file) ?? "");
              bytes[at] = (bytes[at] ?? 0) ^ 0x10;
              writeFileSync(path, bytes);
            }
            expect(await ask(output)).toEqual(answer);
          },
        ),
        { numRuns: 10 },
      );
    });
  });

  it("answers on where its files are deleted or overwritten while it is asked", async () => {
    await withParts(async (output, directory) => {
      const store = openStore(output, { memory: 0 }); // whatever is asked for is read again
      const run = await store.openRun("run");
      const asked = async (offset: number): Promise<string[]> =>
        (await run.query({ offset, limit: 3 })).lines.map(String);
      expect(await asked(10)).toEqual(LINES.slice(10, 13));
      for (const file of indexFiles(directory)) writeFileSync(join(directory, file), "something else");
      expect(await asked(9000)).toEqual(LINES.slice(9000, 9003));
      for (const file of indexFiles(directory)) rmSync(join(directory, file), { force: true });
      expect(await asked(4000)).toEqual(LINES.slice(4000, 4003));
      expect(await asked(21_000)).toEqual(LINES.slice(21_000, 21_003));
      await store.close();
    });
  });

  it("writes what is new alone, and takes away what is not needed any more", async () => {
    await withParts(async (output, directory) => {
      const before = new Map(
        indexFiles(directory).map((file) => [file, statSync(join(directory, file)).ino]),
      );
      appendFileSync(join(directory, "events.jsonl"), `${REST.join("\n")}\n`);
      expect((await ask(output)).slice(0, -1)).toEqual(LINES);
      const after = new Map(indexFiles(directory).map((file) => [file, statSync(join(directory, file)).ino]));
      const kept = [...after].filter(([file, inode]) => before.get(file) === inode);
      expect(kept.length).toBe(before.size - 2); // but the header, and the part that has grown
      expect(after.size).toBe(before.size);
    });
  });

  it("is as before where its writer was stopped before the header named what it had written", async () => {
    await withParts(async (output, directory) => {
      await inTemporaryDirectory(async (aside) => {
        for (const file of indexFiles(directory)) cpSync(join(directory, file), join(aside, file));
        appendFileSync(join(directory, "events.jsonl"), `${REST.join("\n")}\n`);
        await ask(output);
        for (const file of readdirSync(aside)) cpSync(join(aside, file), join(directory, file));
      });
      const torn = join(directory, `${INDEX_FILE}.1-2.123-abc.tmp`);
      writeFileSync(torn, "half");
      const loaded = await loadLog(directory);
      expect(loaded?.index.rows).toBe(22_000);
      for (const { bytes } of loaded?.segments ?? []) bytes?.close();
      expect((await ask(output)).slice(0, -1)).toEqual(LINES);
      // What nobody has come to name goes, once whoever wrote it must have ended.
      expect(existsSync(torn)).toBe(true);
      utimesSync(torn, 1, 1);
      await keep(directory);
      expect(existsSync(torn)).toBe(false);
    });
  });
});

describe.runIf(existsSync("/proc/self/io"))("of the log only what is new is read", () => {
  const logBytes = Buffer.byteLength(LINES.join("\n"));

  it("where it has grown, and where a segment was added", async () => {
    await withParts(async (output, directory) => {
      const active = join(directory, "events.jsonl");
      // What a segment that has grown, or has another name, held before is read along: it could be another.
      appendFileSync(active, `${REST.slice(0, 500).join("\n")}\n`);
      const grown = await askAlone(output);
      expect(grown.total).toBe(22_500);
      expect(grown.read).toBeLessThan((logBytes * 2) / 3);
      renameSync(active, join(directory, "events_2025-11-23_07-15-09-000000.jsonl"));
      writeFileSync(active, `${REST.slice(500).join("\n")}\n`);
      const rotated = await askAlone(output);
      expect(rotated.total).toBe(24_000);
      expect(rotated.read).toBeLessThan((logBytes * 2) / 3);
      expect((await askAlone(output)).read).toBeLessThan(logBytes / 3);
      expect((await ask(output)).slice(0, -1)).toEqual(LINES);
    });
  });

  it("where whoever took it in was stopped before its end", async () => {
    await inTemporaryDirectory(async (output) => {
      const directory = join(output, "run");
      writeRun(directory, { segments: SEGMENTS });
      let parts = 0;
      await keep(directory, async (follower) => {
        if (++parts === 5) await saveLog(follower, new ArrayCache(1e9));
        if (parts === 6) follower.close();
      });
      const loaded = await loadLog(directory);
      expect(loaded?.index.rows).toBeGreaterThan(8000);
      for (const { bytes } of loaded?.segments ?? []) bytes?.close();
      const { total, read } = await askAlone(output);
      expect(total).toBe(22_000);
      expect(read).toBeLessThan((logBytes * 2) / 3);
      expect((await ask(output)).slice(0, -1)).toEqual(SEGMENTS.flat());
    });
  });
});
