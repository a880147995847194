// From a line's being written to its being in a reader's hands: the store's subscription against `tail -F`.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { thisProcess } from "@llm-sim/events/run";
import { openStore } from "@llm-sim/store";
import { generateLog } from "../../packages/store/dist/testing/generate-log.js";
import { quantile } from "./figures.mjs";

const LINES = 200;
/** What the run holds before; the store's reader is given it first, as whoever follows a run is. */
const HISTORY = 20_000;
/** Before those that count: what is measured is a reader that has been following for some seconds. */
const WARM_UP_ROUNDS = 5;
/** In this many turns, one reader after the other: side by side they would share the cores. Where the system places the writer matters as much as the reader: many turns. */
const ROUNDS = 12;

export async function measureTail(scratch) {
  const directory = join(scratch, "tailed");
  mkdirSync(directory);
  const path = join(directory, "events.jsonl");
  const history = [...generateLog({ events: HISTORY, simulationId: "tailed" })];
  writeFileSync(path, `${history.join("\n")}\n`);
  writeFileSync(join(directory, "writer.lock"), JSON.stringify(thisProcess()));
  const delays = { store: [], tail: [] };
  let round = -WARM_UP_ROUNDS;
  let since = 0n;
  const arrived = (reader, line) => {
    const now = process.hrtime.bigint();
    const written = /written at (\d+)/.exec(line)?.[1];
    // What earlier rounds wrote is history.
    if (written !== undefined && round >= 0 && BigInt(written) > since)
      delays[reader].push(Number(now - BigInt(written)) / 1e6);
  };
  let from = HISTORY;
  const write = async () => {
    const child = spawn(
      process.execPath,
      [join(import.meta.dirname, "tail-writer.mjs"), path, String(from), String(from + LINES)],
      {
        stdio: "inherit",
      },
    );
    from += LINES;
    await once(child, "exit");
    await setTimeout(100);
  };

  for (; round < ROUNDS; round++) {
    const child = spawn("tail", ["-n", "0", "-F", path], { stdio: ["ignore", "pipe", "ignore"] });
    createInterface({ input: child.stdout }).on("line", (line) => arrived("tail", line));
    await setTimeout(200);
    await write();
    child.kill();
    await once(child, "exit");

    since = process.hrtime.bigint();
    const store = openStore(scratch, { sidecar: false });
    const run = await store.openRun("tailed");
    const stop = new AbortController();
    const following = (async () => {
      for await (const { line } of run.subscribe({ signal: stop.signal })) arrived("store", line.toString());
    })();
    await setTimeout(200);
    await write();
    stop.abort();
    await following;
    await store.close();
  }
  const figures = (values) => ({
    p50: quantile(values, 0.5),
    p99: quantile(values, 0.99),
    count: values.length,
  });
  return { store: figures(delays.store), tail: figures(delays.tail) };
}
