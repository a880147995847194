import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLake, shipRun } from "@llm-sim/lake";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DISTURBANCES, digestOf, digestOfFile, playRound, writeLog } from "./campaign.mjs";
import { tryLake } from "./try-lake.mjs";

// `LAKE_ROUNDS=20 LAKE_SEED=7 npm run test:lake -- faults` plays more, or others; `-t "seed 7"` one again.
const EVENTS = 10_000;
const [SMALL_RUNS, EVENTS_OF_SMALL] = [12, 300];
/** Of what else is disturbed nothing is of many runs alone. */
const DISTURBANCES_OF_MANY = ["killed shippers", "three at once", "all of it"];
const ROUNDS = Number(process.env.LAKE_ROUNDS ?? 1);
const FIRST_SEED = Number(process.env.LAKE_SEED ?? 1);
const seeds = Array.from({ length: ROUNDS }, (_, round) => FIRST_SEED + round);

const home = mkdtempSync(join(tmpdir(), "llm-sim-faults-"));
let directory: string;
let whole: Awaited<ReturnType<typeof digestOf>>;
let small: string[];
let wholeSmall: Awaited<ReturnType<typeof digestOf>>[];

beforeAll(async () => {
  directory = writeLog(home, "disturbed", EVENTS);
  const tried = await tryLake();
  const lake = openLake(tried.address());
  await shipRun(lake, directory);
  whole = await digestOf(lake, "disturbed");
  small = Array.from({ length: SMALL_RUNS }, (_, at) => writeLog(home, `small-${at}`, EVENTS_OF_SMALL + at));
  wholeSmall = [];
  for (const each of small) {
    await shipRun(lake, each);
    wholeSmall.push(await digestOf(lake, each.split("/").at(-1)));
  }
  await lake.close();
  await tried.close();
});

afterAll(() => rmSync(home, { recursive: true, force: true }));

it("undisturbed, the lake holds the log's lines as they are", () => {
  expect(whole.sha256).toBe(digestOfFile(directory));
});

describe.skipIf(process.env.CLICKHOUSE_URL !== undefined).each(DISTURBANCES)("%s", (disturbance) => {
  it.skipIf(!DISTURBANCES_OF_MANY.includes(disturbance)).each(seeds)(
    "leave every line of many small runs in the lake once: seed %i",
    async (seed) => {
      const folder = mkdtempSync(join(home, "engine-"));
      const round = { directories: small, seed, disturbance, folder, events: EVENTS_OF_SMALL };
      const { digests, disturbed } = await playRound(round);
      console.log(`${disturbance}, seed ${seed}, of many: disturbed ${disturbed} times`);
      expect(digests).toEqual(wholeSmall);
    },
  );

  it.each(seeds)("leave every line in the lake once, in order: seed %i", async (seed) => {
    const folder = mkdtempSync(join(home, "engine-"));
    const round = { directories: [directory], seed, disturbance, folder, events: EVENTS };
    const { digests, disturbed } = await playRound(round);
    console.log(`${disturbance}, seed ${seed}: disturbed ${disturbed} times`);
    expect(digests).toEqual([whole]);
  });
});
