import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { openStore } from "../store.ts";
import { generateLog } from "../testing/generate-log.ts";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";
import { gzipMembers, type RunFiles, writeRun } from "../testing/write-run.ts";
import { INDEX_FILE } from "./index-files.ts";
import { DamagedIndex } from "./part-file.ts";
import { loadFacts, loadLog } from "./saved-log.ts";

// An index is kept from 20,000 events on.
const LINES = [...generateLog({ events: 24_000, agents: 5, simulationId: "run" })];
const FILES: RunFiles = { segments: [LINES.slice(0, 8000), LINES.slice(8000, 16_000), LINES.slice(16_000)] };

/** Asks a run, with a store of its own, and closes it: the index is kept. */
async function ask(output: string): Promise<string[]> {
  const store = openStore(output);
  const run = await store.openRun("run");
  const lines: string[] = [];
  for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
    const page = await run.query({ limit: 10_000, ...(cursor === undefined ? {} : { cursor }) });
    lines.push(...page.lines.map(String));
    cursor = page.next_cursor;
  }
  const filtered = await run.query({
    agent_ids: ["agent_002"],
    involving: ["agent_001"],
    event_types: ["ACTION"],
  });
  lines.push(`${filtered.total} of agent_002 with agent_001`);
  await store.close();
  return lines;
}

async function withKeptIndex(
  work: (output: string, directory: string, answer: string[]) => Promise<void>,
  files = FILES,
): Promise<void> {
  await inTemporaryDirectory(async (output) => {
    const directory = join(output, "run");
    writeRun(directory, files);
    const answer = await ask(output);
    expect(answer.slice(0, -1)).toEqual(files.segments.flat());
    expect(existsSync(join(directory, INDEX_FILE))).toBe(true);
    await work(output, directory, answer);
  });
}

describe("an index kept beside its run", () => {
  it("answers as one just made", async () => {
    await withKeptIndex(async (output, directory, answer) => {
      expect((await loadLog(directory))?.index.rows).toBe(24_000);
      expect(await loadFacts(directory)).toMatchObject({ event_count: 24_000, agents: 5 });
      expect(await ask(output)).toEqual(answer);
    });
  });

  it("is made again where it was deleted, cut short, or damaged at any place", async () => {
    await withKeptIndex(async (output, directory, answer) => {
      const path = join(directory, INDEX_FILE);
      const whole = readFileSync(path);
      rmSync(path);
      expect(await ask(output)).toEqual(answer);
      for (const length of [0, 7, 30, 5000, whole.length - 1]) {
        writeFileSync(path, whole);
        truncateSync(path, length);
        expect(await loadLog(directory), `${length} bytes`).toBeUndefined();
      }
      expect(await ask(output)).toEqual(answer);
      for (let part = 0; part < 40; part++) {
        const damaged = Buffer.from(whole);
        const at = Math.floor((part / 40) * whole.length);
        damaged[at] = (damaged[at] ?? 0) ^ 0x10;
        writeFileSync(path, damaged);
        const loaded = await loadLog(directory);
        // Padding may change unseen: then what is loaded is right all the same.
        if (loaded !== undefined) expect(await ask(output)).toEqual(answer);
      }
      writeFileSync(path, Buffer.from(whole).fill(0, 100, 400));
      expect(await ask(output)).toEqual(answer);
    });
  });

  it("is made again where the file of a part is another than its header says, or goes while it is looked at", async () => {
    await withKeptIndex(async (output, directory, answer) => {
      const [part = ""] = readdirSync(directory).filter((file) => file.startsWith(`${INDEX_FILE}.`));
      const path = join(directory, part);
      const whole = readFileSync(path);
      for (const at of [0, 8, 12, 16, 40]) {
        const damaged = Buffer.from(whole);
        damaged[at] = (damaged[at] ?? 0) ^ 0x10;
        writeFileSync(path, damaged);
        const loaded = await loadLog(directory);
        expect(() => loaded?.index.rowsOf(0, 0), `byte ${at}`).toThrow(DamagedIndex);
        expect(await ask(output), `byte ${at}`).toEqual(answer);
        writeFileSync(path, whole);
      }
      rmSync(path);
      symlinkSync("nowhere", path);
      expect(await ask(output)).toEqual(answer);
    });
  });

  it("goes on from where it was when the log has grown, been rotated or been compressed", async () => {
    await withKeptIndex(
      async (output, directory, answer) => {
        const [first, second] = [
          "events_2025-11-23_07-15-00-000000.jsonl",
          "events_2025-11-23_07-15-00-000001.jsonl",
        ];
        writeFileSync(
          join(directory, `${first}.gz`),
          gzipMembers(
            LINES.slice(0, 8000).map((line) => `${line}\n`),
            2000,
          ),
        );
        rmSync(join(directory, first));
        writeFileSync(join(directory, `${second}.gz`), gzipSync(readFileSync(join(directory, second)))); // one member
        rmSync(join(directory, second));
        writeFileSync(
          join(directory, "events.jsonl"),
          LINES.slice(20_000)
            .map((line) => `${line}\n`)
            .join(""),
          { flag: "a" },
        );
        const loaded = await loadLog(directory);
        expect(loaded?.index.rows).toBe(20_000);
        const now = await ask(output);
        expect(now.slice(0, -1)).toEqual(LINES);
        expect(now.at(-1)).not.toBe(answer.at(-1));
        expect(await ask(output)).toEqual(now);
      },
      { segments: [LINES.slice(0, 8000), LINES.slice(8000, 16_000), LINES.slice(16_000, 20_000)] },
    );
  });

  it("serves a copy of the run, whose files are others with the same bytes", async () => {
    await withKeptIndex(async (output, directory, answer) => {
      await inTemporaryDirectory(async (copy) => {
        cpSync(directory, join(copy, "run"), { recursive: true });
        expect((await loadLog(join(copy, "run")))?.index.rows).toBe(24_000);
        expect(await ask(copy)).toEqual(answer);
      });
      expect(await ask(output)).toEqual(answer);
    });
  });

  it.each([
    ["edited in place, the file's time and size as before", false],
    ["edited in place", true],
  ])("is not trusted over a log that was %s", async (_, showsTime) => {
    await withKeptIndex(async (output, directory) => {
      const path = join(directory, "events_2025-11-23_07-15-00-000001.jsonl");
      const { atime, mtime } = statSync(path);
      const changed = [...LINES];
      // Two neighbours change places: every byte before and after stays where it was.
      const at = LINES.findIndex((line, index) => index > 9000 && line.length === LINES[index + 1]?.length);
      [changed[at], changed[at + 1]] = [LINES[at + 1] ?? "", LINES[at] ?? ""];
      writeFileSync(
        path,
        changed
          .slice(8000, 16_000)
          .map((line) => `${line}\n`)
          .join(""),
      );
      if (!showsTime) utimesSync(path, atime, mtime);
      const answer = await ask(output);
      expect(answer.slice(0, -1)).toEqual(LINES); // in order of time, wherever the lines stand
    });
  });

  it("is another's where the log was replaced by one of the same length", async () => {
    await withKeptIndex(async (output, directory) => {
      const other = [...generateLog({ events: 24_000, agents: 5, simulationId: "run", seed: 2 })];
      writeRun(directory, {
        segments: [other.slice(0, 8000), other.slice(8000, 16_000), other.slice(16_000)],
      });
      expect((await ask(output)).slice(0, -1)).toEqual(other);
    });
  });

  it("is not needed: a run in a directory that cannot be written to is read all the same", async () => {
    await inTemporaryDirectory(async (output) => {
      const directory = join(output, "run");
      writeRun(directory, FILES);
      mkdirSync(join(directory, INDEX_FILE)); // stands in for missing permissions, which do not bind every user
      chmodSync(directory, 0o555);
      try {
        expect((await ask(output)).slice(0, -1)).toEqual(LINES);
      } finally {
        chmodSync(directory, 0o755);
      }
    });
  });
});
