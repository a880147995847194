// npm run bench:lake -- --ship N: how long N small runs take to ship, together and each by itself, and to ship again when nothing, or a
// few of them, changed since.
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLake, shipRun, shipRuns } from "@llm-sim/lake";
import { BATCH, writeRuns } from "../runs/many-runs.mjs";

/** Runs that are shipped each by itself, of which there are too many otherwise. */
const BY_THEMSELVES = 40;
const CHANGED = 2;

/** @param tried where lakes are made */
export async function manyShipped(tried, count) {
  const home = mkdtempSync(join(tmpdir(), "llm-sim-bench-ship-"));
  try {
    mkdirSync(join(home, "runs"));
    writeRuns(join(home, "runs"), count);
    const runs = readdirSync(join(home, "runs")).map((name) => join(home, "runs", name));
    const few = openLake(tried.address());
    const alone = await timed(async () => {
      for (const run of runs.slice(0, BY_THEMSELVES)) await shipRun(few, run);
    });
    await few.close();
    const lake = openLake(tried.address());
    const first = await shipped(lake, runs);
    const each = alone / Math.min(BY_THEMSELVES, count);
    console.log(
      `${count} small runs of the batch ${BATCH} (${first.events.toLocaleString("en")} events): ${seconds(first.milliseconds)} together, ${(first.milliseconds / count).toFixed(1)} ms each; each by itself ${each.toFixed(0)} ms: ${(each / (first.milliseconds / count)).toFixed(1)} times as long`,
    );
    const again = await shipped(lake, runs);
    console.log(
      `  again: ${seconds(again.milliseconds)}, ${again.events} events, ${again.runs} runs told of`,
    );
    for (const run of runs.slice(0, CHANGED)) appendFileSync(join(run, "events.jsonl"), "no event\n");
    const changed = await shipped(lake, runs);
    console.log(`  again, ${CHANGED} of them changed: ${seconds(changed.milliseconds)}`);
    const [found] = await lake.select(
      "SELECT count() AS events, uniqExact(run, event_id) AS different, (SELECT count() FROM runs FINAL) AS runs FROM events",
    );
    console.log(`  in the lake: ${JSON.stringify(found)}`);
    await lake.close();
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

async function shipped(lake, runs) {
  let [events, told] = [0, 0];
  const milliseconds = await timed(() =>
    shipRuns(lake, runs, {
      onShipped: (each) => {
        told++;
        events += each.events;
      },
    }),
  );
  return { milliseconds, events, runs: told };
}

const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

async function timed(work) {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
