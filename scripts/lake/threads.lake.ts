import { readdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { openLakeStore, shipRun } from "@llm-sim/lake";
import { buildServer } from "@llm-sim/server";
import { openStore, type Store } from "@llm-sim/store";
import { expect, it } from "vitest";
import { writeWholeRun } from "../faults/whole-run.mjs";
import { useLake } from "./lake.test.fixture.ts";
import { runExample } from "./made-runs.mjs";

// What a server over a lake does by itself, and what it leaves to threads.

const lakes = useLake("threads");
const { home } = lakes;

async function served(store: Store) {
  const app = await buildServer({ store });
  const address = await app.listen({ host: "127.0.0.1", port: 0 });
  return {
    ask: async (path: string) => (await fetch(address + path)).text(),
    close: async () => {
      await app.close();
      await store.close();
    },
  };
}

/** The share of one core that the server's own thread worked. */
async function worked<T>(ask: () => Promise<T>): Promise<{ answer: T; share: number }> {
  const [begun, before] = [performance.now(), performance.eventLoopUtilization()];
  const answer = await ask();
  const { active } = performance.eventLoopUtilization(before);
  return { answer, share: active / (performance.now() - begun) };
}

it("tells a run's summary, details and notes without making its log again", async () => {
  const plain = await writeWholeRun(home, "plain");
  // Else calls are counted by it.
  rmSync(join(plain, "tape.jsonl"));
  await shipRun(lakes.lake, plain);
  await shipRun(lakes.lake, runExample(home, "market", "told", ["--turns", "5"]));
  const [onDisk, store] = [openStore(home), await openLakeStore(lakes.lake)];
  for (const id of ["told", "plain"]) {
    const [right, run] = [await onDisk.openRun(id), await store.openRun(id)];
    expect(await run.summary()).toEqual(await right.summary());
    expect(await run.details()).toEqual(await right.details());
    expect(await run.notes()).toEqual(await right.notes());
  }
  expect(readdirSync(store.directory)).toEqual([]);
  await onDisk.close();
  await store.close();
});

it("answers long questions of a large run in threads, over its files that were made again, as of the run on disk", async () => {
  await shipRun(lakes.lake, runExample(home, "market", "large", ["--turns", "600", "--verbosity", "DETAIL"]));
  const [onDisk, over] = [await served(openStore(home)), await served(await openLakeStore(lakes.lake))];
  const path = "/simulations/large";
  // Makes the files again.
  expect(await over.ask(`${path}/widest?limit=1`)).toBe(await onDisk.ask(`${path}/widest?limit=1`));
  for (const question of ["integrity", "widest?limit=50"]) {
    const { answer, share } = await worked(() => over.ask(`${path}/${question}`));
    expect(answer).toBe(await onDisk.ask(`${path}/${question}`));
    expect(share, question).toBeLessThan(0.5);
  }
  await onDisk.close();
  await over.close();
});

it("stops making a run again where nobody waits for it any more, and makes it whole for who comes then", async () => {
  const directory = runExample(home, "market", "left", ["--turns", "300"]);
  await shipRun(lakes.lake, directory);
  const store = await openLakeStore(lakes.lake);
  const [leaving, staying] = [new AbortController(), new AbortController()];
  const log = async () => readFileSync(join(store.directory, "left", "events.jsonl"));
  const [left, stayed] = [
    store.holdFiles(["left"], log, leaving.signal),
    store.holdFiles(["left"], log, staying.signal),
  ];
  leaving.abort();
  await expect(left).rejects.toBe(leaving.signal.reason);
  const right = readFileSync(join(directory, "events.jsonl"));
  expect((await stayed).equals(right)).toBe(true);
  await store.close();

  const anew = await openLakeStore(lakes.lake);
  const alone = new AbortController();
  const none = anew.holdFiles(["left"], log, alone.signal);
  const outcome = none.catch((reason: unknown) => ({ reason }));
  const isBeingMade = () => readdirSync(dirname(anew.directory)).some((name) => name.startsWith("making-"));
  while (!isBeingMade()) await setTimeout(1);
  alone.abort();
  expect(await outcome).toEqual({ reason: alone.signal.reason });
  const there = () => readFileSync(join(anew.directory, "left", "events.jsonl"));
  expect((await anew.holdFiles(["left"], async () => there())).equals(right)).toBe(true);
  await anew.close();
});
