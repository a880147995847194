import { batchAnswerSchema } from "@llm-sim/api";
import { batchRunId } from "@llm-sim/events/run";
import { expect, it } from "vitest";
import { openStore } from "../index.ts";
import { type MadeRun, madeBatch } from "./made-batch.test.fixture.ts";

async function missingOf(runs: readonly MadeRun[]) {
  const store = openStore(madeBatch(runs));
  const answer = batchAnswerSchema.parse(await store.batch("sweep"));
  await store.close();
  const { missing, missing_total, missing_seeds, shards } = answer;
  return { missing, missing_total, missing_seeds, shards };
}

const settings = (rate: number) => ({ rate });

/** A run of a batch that was asked for with these seeds, at two rates, in so many shards. */
function made(
  seed: number,
  rate: number,
  { seeds = "1..3", ...manifest }: { seeds?: string; status?: string; start_time?: string } = {},
): MadeRun {
  const planned = { seeds, settings: [{ path: "rate", values: [1, 2] }] };
  const batch = { id: "sweep", name: "sweep", settings: settings(rate), planned, shards: 4 };
  return { seed, settings: settings(rate), manifest: { batch, ...manifest } };
}

it("what is missing of a batch in shards is told by run, by settings, and by the shards that make it", async () => {
  // In the plan's order: (1, seeds 1 to 3), (2, seeds 1 to 3) are shards 1, 2, 3, 4, 1, 2.
  const runs = [made(1, 1), made(3, 1), made(1, 2, { status: "interrupted" })];
  expect(await missingOf(runs)).toEqual({
    missing: [
      { id: batchRunId("sweep", 2, settings(1)), seed: 2, settings: settings(1), shard: 2 },
      { id: batchRunId("sweep", 2, settings(2)), seed: 2, settings: settings(2), shard: 1 },
      { id: batchRunId("sweep", 3, settings(2)), seed: 3, settings: settings(2), shard: 2 },
    ],
    missing_total: 3,
    missing_seeds: [
      { settings: settings(1), runs: 1, seeds: "2" },
      { settings: settings(2), runs: 2, seeds: "2,3" },
    ],
    shards: {
      of: 4,
      unfinished: [
        { shard: 1, missing: 1, interrupted: 0, failed: 0, running: 0 },
        { shard: 2, missing: 2, interrupted: 0, failed: 0, running: 0 },
        { shard: 4, missing: 0, interrupted: 1, failed: 0, running: 0 },
      ],
    },
  });
});

it("where it was extended, the shards are those of the last plan", async () => {
  const later = { seeds: "1..4", start_time: "2026-11-26T11:00:00.000000Z" };
  const runs = [
    made(1, 1),
    made(2, 1),
    made(3, 1),
    made(4, 1, later),
    made(2, 2),
    made(3, 2),
    made(4, 2, later),
  ];
  // Now (2, seed 1) is the fifth, where it was the fourth.
  expect((await missingOf(runs)).missing).toEqual([
    { id: batchRunId("sweep", 1, settings(2)), seed: 1, settings: settings(2), shard: 1 },
  ]);
});

it("a batch that was made as one has no shards", async () => {
  const planned = { seeds: "1..3", settings: [] };
  const batch = { id: "sweep", name: "sweep", settings: {}, planned };
  const { shards, missing_total, missing } = await missingOf([{ seed: 1, manifest: { batch } }]);
  expect({ shards, missing_total, shard: missing[0]?.shard }).toEqual({
    shards: undefined,
    missing_total: 2,
    shard: undefined,
  });
});
