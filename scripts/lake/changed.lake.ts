import { appendFileSync, cpSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { shipRun } from "@llm-sim/lake";
import { beforeAll, describe, expect, it } from "vitest";
import { Draw } from "../draws.mjs";
import { writeWholeRun } from "../faults/whole-run.mjs";
import { isThere, useLake } from "./lake.test.fixture.ts";

// Files of a run that are replaced, cut, grown and taken away between and during ships. `LAKE_ROUNDS=20 LAKE_SEED=7 npm run test:lake --
// changed` plays more rounds, or others; `-t "seed 7"` one again.
const ROUNDS = Number(process.env.LAKE_ROUNDS ?? 2);
const FIRST_SEED = Number(process.env.LAKE_SEED ?? 1);
const seeds = Array.from({ length: ROUNDS }, (_, round) => FIRST_SEED + round);

const of = useLake("changed", { isOfEachTest: true });
const { home } = of;
let whole: string;
let made = 0;

beforeAll(async () => {
  whole = await writeWholeRun(home, "whole", { turns: 20 });
});

function copyOfWhole(id: string): string {
  const directory = join(home, `${id}-${made++}`);
  cpSync(whole, directory, { recursive: true });
  return directory;
}

/** What somebody may do to a file of lines. */
const CHANGES: Record<string, (path: string) => void> = {
  "cut in the middle": (path) => {
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.slice(0, text.lastIndexOf("\n", text.length / 2) + 1));
  },
  "cut within a line": (path) => {
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.slice(0, text.lastIndexOf("\n", text.length / 2) + 20));
  },
  "replaced by one of the same size": (path) => {
    const text = readFileSync(path, "utf8");
    writeFileSync(`${path}.new`, text.replace(/(\n.{40,})[a-z]("[^\n]*\n)/, "$1Z$2"));
    renameSync(`${path}.new`, path);
  },
  "overwritten in place by one that is longer": (path) => {
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace(/\n/, "\nno event\n"));
  },
  grown: (path) => appendFileSync(path, "one more line\n"),
  "grown by half a line": (path) => appendFileSync(path, '{"half":'),
  "without its last newline": (path) => writeFileSync(path, readFileSync(path, "utf8").trimEnd()),
};

describe.each(["events.jsonl", "tape.jsonl"])("%s", (file) => {
  it.each(Object.keys(CHANGES))("%s between two ships, is shipped as it is now", async (change) => {
    const directory = copyOfWhole("between");
    await shipRun(of.lake, directory);
    CHANGES[change]?.(join(directory, file));
    await shipRun(of.lake, directory);
    await isThere(of.lake, directory, home);
    expect(await shipRun(of.lake, directory)).toMatchObject({ events: 0 });
  });

  it.each(Object.keys(CHANGES))("%s during a ship, is shipped as it is then", async (change) => {
    const directory = copyOfWhole("during");
    let isChanged = false;
    await shipRun(of.lake, directory, {
      batchEvents: 60,
      onProgress: () => {
        if (!isChanged) CHANGES[change]?.(join(directory, file));
        isChanged = true;
      },
    });
    expect(isChanged).toBe(true);
    await isThere(of.lake, directory, home);
  });
});

it("a tape that is taken away is not there any more", async () => {
  const directory = copyOfWhole("away");
  await shipRun(of.lake, directory);
  rmSync(join(directory, "tape.jsonl"));
  await shipRun(of.lake, directory);
  await isThere(of.lake, directory, home);
});

describe("a file beside the log", () => {
  const partsOf = (directory: string) =>
    of.lake.select("SELECT file, part, version, parts FROM files WHERE run = {run:String} ORDER BY ALL", {
      parameters: { run: directory.split("/").at(-1) },
    });

  it("is shipped once, by whomever, however often its time changes", async () => {
    const directory = copyOfWhole("touched");
    await shipRun(of.lake, directory);
    const parts = await partsOf(directory);
    expect(parts.length).toBeGreaterThan(2);
    for (const file of ["run.json", "notes.jsonl"]) utimesSync(join(directory, file), 1, 1);
    await shipRun(of.lake, directory);
    expect(await partsOf(directory)).toEqual(parts);
  });

  it("is shipped as it is now: large, changed to one of its size, back to what it was, gone", async () => {
    const directory = copyOfWhole("files");
    const path = join(directory, "large.bin");
    const bytes = Buffer.alloc(20 * 1024 * 1024, "large file ");
    const other = Buffer.from(bytes);
    other.fill("x", bytes.length - 100);
    for (const now of [bytes, other, bytes, bytes.subarray(0, 8 * 1024 * 1024), Buffer.alloc(0)]) {
      writeFileSync(path, now);
      await shipRun(of.lake, directory);
      await isThere(of.lake, directory, home);
    }
    rmSync(path);
    await shipRun(of.lake, directory);
    await isThere(of.lake, directory, home);
  });
});

it("ends, in a line, where files are never twice the same", async () => {
  const directory = copyOfWhole("restless");
  const text = readFileSync(join(directory, "tape.jsonl"), "utf8");
  const restless = setInterval(() => {
    writeFileSync(join(directory, "tape.jsonl"), text.replace("{", `${made++}{`));
  }, 2);
  try {
    await shipRun(of.lake, directory).catch((error: unknown) =>
      expect(error).toMatchObject({ code: "SEGMENT_UNREADABLE" }),
    );
  } finally {
    clearInterval(restless);
  }
  await shipRun(of.lake, directory);
  await isThere(of.lake, directory, home);
});

it.each(seeds)(
  "whatever is done to its files, a run is in the lake as it is at the end: seed %i",
  async (seed) => {
    const draw = new Draw(seed);
    const directory = copyOfWhole(`seed-${seed}`);
    for (let step = 0; step < 4; step++) {
      const stop = new AbortController();
      const [killedAt, changedAt] = [draw.whole(1, 4), draw.whole(1, 4)];
      const change = draw.one(Object.keys(CHANGES));
      const file = draw.one(["events.jsonl", "tape.jsonl"]);
      const isKilled = draw.chance(0.5);
      let steps = 0;
      await shipRun(of.lake, directory, {
        batchEvents: draw.whole(20, 80),
        signal: stop.signal,
        onProgress: () => {
          steps++;
          if (steps === changedAt) CHANGES[change]?.(join(directory, file));
          if (steps === killedAt && isKilled) stop.abort();
        },
      }).catch((error: unknown) => {
        if (!stop.signal.aborted) throw error;
      });
      if (draw.chance(0.5)) CHANGES[draw.one(Object.keys(CHANGES))]?.(join(directory, file));
    }
    await shipRun(of.lake, directory);
    await isThere(of.lake, directory, home);
  },
);
