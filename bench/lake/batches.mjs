// npm run bench:lake -- --runs N: what a batch of N runs takes over a lake, over HTTP, and whether the answers are the files'.
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLake, openLakeStore, shipRuns } from "@llm-sim/lake";
import { buildServer } from "@llm-sim/server";
import { openStore } from "@llm-sim/store";
import { writeBatch } from "../batch/runs.mjs";
import { median, verdict } from "../measure.mjs";

const BATCH = "/batches/fishery-1f0c2a9b";
const ROUNDS = 5;

/** @param tried where lakes are made */
export async function batchesMeasured(tried, runs, turns) {
  const home = mkdtempSync(join(tmpdir(), "llm-sim-bench-lake-"));
  const lake = openLake(tried.address());
  try {
    const output = join(home, "runs");
    writeBatch(output, { runs, turns });
    const begun = performance.now();
    await shipRuns(
      lake,
      readdirSync(output).map((name) => join(output, name)),
    );
    console.log(
      `a batch of ${runs} runs of ${turns} turns, 10 variables each, shipped in ${((performance.now() - begun) / 1000).toFixed(1)} s`,
    );
    const files = await serving(openStore(output));
    const isAlike = await asked(lake, files);
    await files.close();
    return isAlike;
  } finally {
    await lake.close();
    rmSync(home, { recursive: true, force: true });
  }
}

const QUESTIONS = [
  ["the list of runs", "/simulations", 200],
  ["the list of batches", "/batches", 200],
  ["bands and curves of a variable of the world", `${BATCH}/curves?variable=fish`, 200],
  ...[1, 2, 3, 4].map((boat) => [
    `bands and curves of agent ${boat}`,
    `${BATCH}/curves?variable=caught&agent_id=boat-${boat}`,
    500,
  ]),
  ["the batch: runs, bands, where they part", BATCH, 250],
  ["a condition looked for in all of its runs", `${BATCH}?outcome=${encodeURIComponent("fish < 50")}`, 250],
];

async function asked(lake, files) {
  let isFine = true;
  for (const [name, path, limit] of QUESTIONS) {
    // Each by who has asked nothing before.
    const served = await serving(await openLakeStore(lake));
    const first = await timed(() => served.get(path));
    const again = [];
    for (let round = 0; round < ROUNDS; round++)
      again.push((await timed(() => served.get(path))).milliseconds);
    isFine = verdict(name, median(again), limit, "ms") && isFine;
    const right = await files.get(path);
    const isAlike = right === first.answer;
    console.log(
      `        the first time ${first.milliseconds.toFixed(0)} ms, ${(first.answer.length / 1e6).toFixed(1)} MB; ${isAlike ? "byte for byte the files' answer" : "NOT the files' answer"}`,
    );
    isFine &&= isAlike;
    await served.close();
  }
  return isFine;
}

async function serving(store) {
  const app = await buildServer({ store });
  const address = await app.listen({ host: "127.0.0.1", port: 0 });
  return {
    async get(path) {
      const answer = await fetch(address + path);
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`${path}: ${text}`);
      return text;
    },
    async close() {
      await app.close();
      await store.close();
    },
  };
}

async function timed(ask) {
  const begun = performance.now();
  const answer = await ask();
  return { milliseconds: performance.now() - begun, answer };
}
