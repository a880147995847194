// npm run bench:lake — how fast runs go into a lake, what they take there, and how far following is behind a run that is being written.
// Arguments: --events N (1000000), --follow SECONDS (10; 0: not at all); --runs N, --turns N (50): instead, what a batch of N runs takes; --serve N: instead, what answers over a run of N events take; --ship N: instead, how long N small runs take to ship; --beside ROUNDS: instead, what run --ship-to costs the run. Where CLICKHOUSE_URL names a server it is shipped there.
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { openEventStream } from "@llm-sim/events";
import { openLake, shipRun } from "@llm-sim/lake";
import { generateLog } from "../../packages/store/dist/testing/generate-log.js";
import { tryLake } from "../../scripts/lake/try-lake.mjs";
import { verdict } from "../measure.mjs";
import { batchesMeasured } from "./batches.mjs";
import { besideMeasured } from "./beside.mjs";
import { servedMeasured } from "./serve.mjs";
import { manyShipped } from "./shipping.mjs";

const { values } = parseArgs({
  options: {
    events: { type: "string", default: "1000000" },
    follow: { type: "string", default: "10" },
    runs: { type: "string" },
    serve: { type: "string" },
    ship: { type: "string" },
    beside: { type: "string" },
    turns: { type: "string", default: "50" },
  },
});
const home = mkdtempSync(join(tmpdir(), "llm-sim-bench-lake-"));
const tried = await tryLake();
const lake = openLake(tried.address());
try {
  if (values.runs !== undefined)
    process.exitCode = (await batchesMeasured(tried, Number(values.runs), Number(values.turns))) ? 0 : 1;
  else if (values.beside !== undefined) await besideMeasured(tried, Number(values.beside));
  else if (values.ship !== undefined) await manyShipped(tried, Number(values.ship));
  else if (values.serve !== undefined)
    process.exitCode = (await servedMeasured(lake, Number(values.serve))) ? 0 : 1;
  else {
    await shipped(Number(values.events));
    if (Number(values.follow) > 0) await followed(Number(values.follow));
  }
} finally {
  await lake.close();
  await tried.close();
  rmSync(home, { recursive: true, force: true });
}

async function shipped(events) {
  const directory = join(home, "generated-run");
  mkdirSync(directory);
  const file = openSync(join(directory, "events.jsonl"), "w");
  let held = [];
  for (const line of generateLog({ events })) {
    held.push(line);
    if (held.length === 10_000) {
      writeSync(file, `${held.join("\n")}\n`);
      held = [];
    }
  }
  if (held.length > 0) writeSync(file, `${held.join("\n")}\n`);
  closeSync(file);
  const { size } = statSync(join(directory, "events.jsonl"));
  const begun = performance.now();
  const used = process.cpuUsage();
  await shipRun(lake, directory);
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(used);
  const rate = Math.round(events / seconds).toLocaleString("en");
  console.log(
    `${events.toLocaleString("en")} events shipped in ${seconds.toFixed(1)} s: ${rate} events/s, of which this process worked ${((user + system) / 1e6).toFixed(1)} s`,
  );
  const counted = await lake.select(
    "SELECT (SELECT count() FROM events) + (SELECT count() FROM edges) + (SELECT count() FROM variables) AS rows",
  );
  console.log(`  ${Math.round(counted[0].rows / seconds).toLocaleString("en")} rows/s over all tables`);
  verdict("shipping 100,000 rows", (100_000 * seconds) / counted[0].rows, 1, "s");
  // Parts that are merged are what a run takes in the long term.
  for (const table of ["events", "edges", "variables"]) await lake.command(`OPTIMIZE TABLE ${table} FINAL`);
  const sizes = await lake.select(
    "SELECT table, sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = currentDatabase() AND table IN ('events', 'edges', 'variables', 'marks') GROUP BY table ORDER BY table",
  );
  const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
  console.log(
    `  bytes an event: ${(size / events).toFixed(1)} in the log, ${(total / events).toFixed(1)} in the lake`,
  );
  verdict("bytes an event in the lake", total / events, 45, "bytes");
  console.log(`  ${sizes.map(({ table, bytes }) => `${table} ${(bytes / events).toFixed(1)}`).join(", ")}`);
  const columns = await lake.select(
    "SELECT column, sum(column_data_compressed_bytes) AS bytes FROM system.parts_columns WHERE active AND database = currentDatabase() AND table = 'events' GROUP BY column ORDER BY bytes DESC LIMIT 6",
  );
  console.log(
    `  of events: ${columns.map(({ column, bytes }) => `${column} ${(bytes / events).toFixed(1)}`).join(", ")}`,
  );
}

/** Writes 5,000 events/s, and looks again and again how old the last event is that the lake has. */
async function followed(seconds) {
  const PER_TICK = 100;
  const TICK = 20;
  const stream = await openEventStream({ outputDir: home, simulationId: "followed", verbosity: "DETAIL" });
  const shipping = shipRun(lake, join(home, "followed"), { follow: true });
  const behind = [];
  const over = new AbortController();
  const looking = (async () => {
    while (!over.signal.aborted) {
      const [found] = await lake.select(
        "SELECT max(toUnixTimestamp64Micro(timestamp)) AS last, count() AS rows FROM events WHERE run = 'followed'",
      );
      if (found.rows > 0) behind.push(Date.now() - found.last / 1000);
      await pause(100);
    }
  })();
  const begun = performance.now();
  let emitted = 0;
  for (let turn = 1; performance.now() - begun < seconds * 1000; turn++) {
    const scope = stream.startTurn(turn);
    for (let at = 0; at < PER_TICK; at++)
      scope.state("wealth", { agent_id: `agent_${at % 20}`, old_value: turn - 1, new_value: turn });
    emitted += PER_TICK + 1;
    const due = begun + turn * TICK;
    if (due > performance.now()) await pause(due - performance.now());
  }
  over.abort();
  await looking;
  const rate = Math.round(emitted / ((performance.now() - begun) / 1000));
  await stream.close();
  const { events } = await shipping;
  const sorted = behind.slice(10).toSorted((a, b) => a - b);
  const at = (part) => Math.round(sorted[Math.floor(part * (sorted.length - 1))]);
  console.log(
    `following ${rate.toLocaleString("en")} events/s: p50 ${at(0.5)} ms behind, p95 ${at(0.95)} ms, at most ${at(1)} ms; ${events.toLocaleString("en")} events are there at the end`,
  );
  verdict("how far following is behind, p95", at(0.95), 1500, "ms");
}
