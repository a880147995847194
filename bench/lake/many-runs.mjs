// Thousands of runs into a lake without shipping each of them: the same rows, made by ship's own code, of many runs in one insert. That is
// exact only where nobody else ships them at the same time and nothing fails, so it is for benches alone.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { SeenIds } from "@llm-sim/events/read";
import { addEdition } from "../../packages/lake/dist/editions/index.js";
import { RunRows } from "../../packages/lake/dist/rows/index.js";
import { FileShipper } from "../../packages/lake/dist/ship/files.js";
import { readLog } from "../../packages/lake/dist/ship/log-reader.js";
import { columnsOf, ensureTables, PLACED_TABLES } from "../../packages/lake/dist/tables/index.js";

const MOST_RUNS = 1000;
/** Any: it says which month's partition the rows go to. */
const STARTED = 1_795_000_000;

/** @param output the directory whose runs are put in, finished ones without model calls */
export async function insertRuns(lake, output) {
  await ensureTables(lake);
  const runs = readdirSync(output);
  for (let at = 0; at < runs.length; at += MOST_RUNS) {
    const collected = new Map();
    const collecting = {
      // Nothing of them is there.
      select: async () => [],
      insert: async (table, _columns, rows) => {
        collected.set(table, [...(collected.get(table) ?? []), ...rows.map((bytes) => Buffer.from(bytes))]);
      },
    };
    for (const run of runs.slice(at, at + MOST_RUNS)) await collect(collecting, join(output, run), run);
    for (const [table, rows] of collected)
      await lake.insert(table, columnsOf(table), rows, `bench:${table}:${at}`);
  }
}

async function collect(lake, directory, run) {
  const key = { run, edition: 1, runStarted: STARTED };
  const rows = new RunRows(key);
  await addEdition(lake, key, "");
  const seen = new SeenIds(async function* () {});
  for await (const row of readLog(directory, { starts: [], from: 0, seen, follow: false }))
    if (row.kind === "segment") rows.segment(row.place);
    else rows.add(row);
  for (const table of PLACED_TABLES) await lake.insert(table, [], [rows[table].behind(-1)]);
  await new FileShipper(lake, directory).catchUp(key, [0]);
}
