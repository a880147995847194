import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLake, shipRun } from "@llm-sim/lake";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DISTURBANCES, digestOf, digestOfFile, playRound, writeLog } from "./campaign.mjs";
import { tryLake } from "./try-lake.mjs";

// `LAKE_ROUNDS=20 LAKE_SEED=7 npm run test:lake -- faults` plays more, or others; `-t "seed 7"` one again.
const EVENTS = 10_000;
const ROUNDS = Number(process.env.LAKE_ROUNDS ?? 1);
const FIRST_SEED = Number(process.env.LAKE_SEED ?? 1);
const seeds = Array.from({ length: ROUNDS }, (_, round) => FIRST_SEED + round);

const home = mkdtempSync(join(tmpdir(), "llm-sim-faults-"));
let directory: string;
let whole: Awaited<ReturnType<typeof digestOf>>;

beforeAll(async () => {
  directory = writeLog(home, "disturbed", EVENTS);
  const tried = await tryLake();
  const lake = openLake(tried.address());
  await shipRun(lake, directory);
  whole = await digestOf(lake, "disturbed");
  await lake.close();
  await tried.close();
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

it("undisturbed, the lake holds the log's lines as they are", () => {
  expect(whole.sha256).toBe(digestOfFile(directory));
});

describe.skipIf(process.env.CLICKHOUSE_URL !== undefined).each(DISTURBANCES)("%s", (disturbance) => {
  it.each(seeds)("leave every line in the lake once, in order: seed %i", async (seed) => {
    const folder = mkdtempSync(join(home, "engine-"));
    const { digest, disturbed } = await playRound({ directory, seed, disturbance, folder, events: EVENTS });
    console.log(`${disturbance}, seed ${seed}: disturbed ${disturbed} times`);
    expect(digest).toEqual(whole);
  });
});
