import {
  appendFileSync,
  cpSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { RunSummary } from "@llm-sim/api";
import { openEventStream } from "@llm-sim/events";
import { LOCK_FILE, thisProcess } from "@llm-sim/events/run";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Store } from "../port/index.ts";
import { openStore } from "../store.ts";
import { generateLog } from "../testing/generate-log.ts";
import { inTemporaryDirectory } from "../testing/temporary-directory.ts";
import { writeRun as writeLog } from "../testing/write-run.ts";
import { NextPass } from "./next-pass.ts";
import { RunList } from "./run-list.ts";

/** What was written so shortly before is looked at again, as file systems' clocks tick slowly. */
const SETTLED = 70;

async function writeRun(outputDir: string, simulationId: string): Promise<void> {
  const stream = await openEventStream({ outputDir, simulationId, signals: false });
  stream.turn(1, (scope) => scope.action("alice", "wave"));
  await stream.close();
}

/** As a store lists it that has never looked before, but into those logs that the other has read: whose log was read is known better. */
async function listedAnew(output: string, other: readonly RunSummary[]): Promise<unknown> {
  const store = openStore(output);
  try {
    for (const { id, by_type } of other) if (by_type !== undefined) await (await store.openRun(id)).summary();
    return await store.listRuns();
  } finally {
    await store.close();
  }
}

const CHANGES: Record<string, (run: string) => void | Promise<void>> = {
  "is deleted": (run) => rmSync(run, { recursive: true }),
  "is renamed": (run) => renameSync(run, `${run}-renamed`),
  "is copied": (run) => cpSync(run, `${run}-copy`, { recursive: true }),
  "grows by the hand of another": (run) =>
    appendFileSync(
      join(run, "events.jsonl"),
      `${[...generateLog({ events: 3, simulationId: "run" })].join("\n")}\n`,
    ),
  "is cut short": (run) => truncateSync(join(run, "events.jsonl"), 700),
  "is emptied": (run) => truncateSync(join(run, "events.jsonl"), 0),
  "loses its run.json": (run) => rmSync(join(run, "run.json")),
  "has its run.json damaged": (run) => writeFileSync(join(run, "run.json"), "{"),
  "has a run.json of a newer format": (run) => writeFileSync(join(run, "run.json"), '{"format_version":99}'),
  "loses its log": (run) => rmSync(join(run, "events.jsonl")),
  "is being written": (run) => writeFileSync(join(run, LOCK_FILE), JSON.stringify(thisProcess())),
  "has the lock of one that has died": (run) =>
    writeFileSync(join(run, LOCK_FILE), JSON.stringify({ ...thisProcess(), pid: 2 ** 22 + 7 })),
  "has a summary that cannot be used": (run) => writeFileSync(join(run, "summary.json"), "{}"),
  "has its log replaced by a link": (run) => {
    renameSync(join(run, "events.jsonl"), join(run, "elsewhere"));
    symlinkSync("elsewhere", join(run, "events.jsonl"));
  },
  "is begun": (run) => writeRun(join(run, ".."), "begun"),
  "of another hand comes": (run) =>
    writeLog(join(run, "..", "foreign"), { segments: [[...generateLog({ events: 9 })]] }),
};

describe("a list of runs that was asked for before", () => {
  it.each(Object.keys(CHANGES))("tells on the next question of a run that %s", async (change) => {
    await inTemporaryDirectory(async (output) => {
      await writeRun(output, "run");
      await writeRun(output, "other");
      await pause(SETTLED);
      const store = openStore(output);
      const before = await store.listRuns();
      expect(await store.listRuns()).toEqual(before);
      await CHANGES[change]?.(join(output, "run"));
      const after = await store.listRuns();
      expect(after).toEqual(await listedAnew(output, after));
      // And when it has been so for a while.
      await pause(SETTLED);
      expect(await store.listRuns()).toEqual(after);
      expect(await store.listRuns()).toEqual(after);
      await store.close();
    });
  });

  it("is what one who has never looked is told, whatever happens to runs", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(...Object.keys(CHANGES)), fc.boolean()), {
          minLength: 1,
          maxLength: 6,
        }),
        async (changes) => {
          await inTemporaryDirectory(async (output) => {
            await writeRun(output, "run");
            const store = openStore(output);
            await store.listRuns();
            for (const [change, isAsked] of changes) {
              try {
                await CHANGES[change]?.(join(output, "run"));
              } catch {
                // What was to be changed has gone.
              }
              if (!isAsked) continue;
              const listed = await store.listRuns();
              expect(listed).toEqual(await listedAnew(output, listed));
            }
            const listed = await store.listRuns();
            expect(listed).toEqual(await listedAnew(output, listed));
            await store.close();
          });
        },
      ),
      { numRuns: 8 },
    );
  });

  it("follows a run from its start to its end", async () => {
    await inTemporaryDirectory(async (outputDir) => {
      const store = openStore(outputDir);
      const statusOf = async (asked: Store): Promise<unknown> => (await asked.listRuns())[0]?.status;
      expect(await statusOf(store)).toBe(undefined);
      const stream = await openEventStream({ outputDir, simulationId: "run", signals: false });
      await stream.flush();
      await pause(SETTLED);
      expect([await statusOf(store), await statusOf(store)]).toEqual(["running", "running"]);
      stream.turn(1, (scope) => scope.action("alice", "wave"));
      await stream.flush();
      expect((await store.listRuns())[0]?.event_count).toBe(4);
      await stream.close();
      expect(await statusOf(store)).toBe("completed");
      await store.close();
    });
  });
});

describe("summaries", () => {
  it("are made once as long as nothing changes, and then of what has changed alone", async () => {
    await inTemporaryDirectory(async (output) => {
      for (const name of ["a", "b", "c"]) await writeRun(output, name);
      mkdirSync(join(output, "no-run"));
      await pause(SETTLED);
      const made: string[] = [];
      const list = new RunList(output, {
        isLoaded: () => false,
        summaryOf: async ({ name: id }) => {
          made.push(id);
          return {
            id,
            name: id,
            status: "completed",
            event_count: 0,
            turns: 0,
            dropped: 0,
            bytes: 0,
            segments: 0,
          };
        },
      });
      for (let times = 0; times < 3; times++) expect(await list.all()).toHaveLength(3);
      expect(made.toSorted()).toEqual(["a", "b", "c"]);
      appendFileSync(join(output, "b", "events.jsonl"), "{}\n");
      rmSync(join(output, "c"), { recursive: true });
      await pause(SETTLED);
      for (let times = 0; times < 3; times++) expect(await list.all()).toHaveLength(2);
      expect(made.slice(3)).toEqual(["b"]);
    });
  });
});

describe("work for all who ask", () => {
  it("is done once for those who wait, and anew for who came while it was under way", async () => {
    let now = 0;
    let passes = 0;
    const pass = new NextPass(async () => {
      passes++;
      const seen = now;
      await pause(5);
      return seen;
    });
    const first = pass.take();
    now = 1;
    const others = await Promise.all(Array.from({ length: 20 }, () => pass.take()));
    expect([await first, new Set(others), passes]).toEqual([0, new Set([1]), 2]);
    now = 2;
    expect(await pass.take()).toBe(2);
  });

  it("that fails is begun again by the next", async () => {
    let passes = 0;
    const pass = new NextPass(async () => {
      if (++passes === 1) throw new Error("once");
      return passes;
    });
    const [first, second] = [pass.take(), pass.take()];
    await expect(first).rejects.toThrow("once");
    expect(await second).toBe(2);
    expect(await pass.take()).toBe(3);
  });
});
