import { join } from "node:path";
import { openEventStream } from "@llm-sim/events";
import { openLakeStore, shipRun } from "@llm-sim/lake";
import { openStore } from "@llm-sim/store";
import { expect, it } from "vitest";
import { useLake } from "./lake.test.fixture.ts";

const of = useLake("followed");
const { home } = of;

it("streams every event of a run once, in order, while it is written and shipped, over segments, to its end", async () => {
  const stream = await openEventStream({
    outputDir: home,
    simulationId: "live",
    verbosity: "DETAIL",
    signals: false,
    maxFileSize: 64 * 1024,
  });
  await stream.flush();
  const shipping = shipRun(of.lake, join(home, "live"), { follow: true });
  const rows = () => of.lake.select("SELECT run FROM runs").catch(() => []);
  await expect.poll(async () => (await rows()).length, { timeout: 20_000 }).toBeGreaterThan(0);
  const store = await openLakeStore(of.lake);
  const run = await store.openRun("live");
  expect((await run.summary())?.status).toBe("running");
  const streamed: string[] = [];
  const following = (async () => {
    for await (const { event_id } of run.subscribe()) streamed.push(event_id);
  })();
  for (let turn = 1; turn <= 60; turn++) {
    stream.turn(turn, (scope) => {
      for (let each = 0; each < 20; each++) scope.action("alice", "trade", { amount: each });
    });
    await stream.flush();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await stream.close();
  await shipping;
  await following;
  const files = openStore(home);
  const there = await files.openRun("live");
  const ids: string[] = [];
  for await (const { event_id } of there.subscribe()) ids.push(event_id);
  expect(streamed).toEqual(ids);
  expect((await run.summary())?.status).toBe("completed");
  await store.close();
  await files.close();
}, 60_000);
