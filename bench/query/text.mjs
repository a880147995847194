// A text looked for in everything that a run's events hold: how fast, how long others wait, and that it stops when nobody wants it.
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { openStore } from "@llm-sim/store";
import { judged, quantile, show, table } from "./figures.mjs";
import { benchmarkRun } from "./logs.mjs";

const run = benchmarkRun(1_000_000);
const megabytes =
  readdirSync(run.directory)
    .filter((file) => file.endsWith(".jsonl"))
    .reduce((sum, file) => sum + statSync(join(run.directory, file)).size, 0) / 1e6;
const store = openStore(run.output);
const opened = await store.openRun(run.id);
await opened.query({ limit: 1 });

const processorTime = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/**
 * The times between two turns of the event loop, in milliseconds of processor time: others on the machine count for nothing, threads of the
 * garbage collector do.
 */
async function stepsOf(until) {
  const steps = [];
  for (let last = processorTime(); !until.aborted; ) {
    await setImmediate();
    const now = processorTime();
    steps.push(now - last);
    last = now;
  }
  return steps;
}

const TEXTS = ["no such words", "agent_007 trades", "→ 10", "Überfall", 'compound "daily"', "1234.5", "kiwi"];
const rows = [];
let slowest = Number.POSITIVE_INFINITY;
const all = [];
for (const q of TEXTS) {
  const over = new AbortController();
  const counting = stepsOf(over.signal);
  const before = processorTime();
  const start = performance.now();
  const { hits } = await opened.search({ q, in: "payload" });
  const ms = performance.now() - start;
  const taken = processorTime() - before;
  over.abort();
  const steps = await counting;
  slowest = Math.min(slowest, megabytes / (taken / 1000));
  all.push(...steps);
  rows.push({
    text: q,
    hits,
    time: show(ms),
    "MB/s": Math.round(megabytes / (ms / 1000)),
    "MB/s of processor time": Math.round(megabytes / (taken / 1000)),
    "longest step": show(quantile(steps, 1)),
  });
}
console.log(`\nA text in ${megabytes.toFixed(0)} MB of a million events:\n`);
table(rows);

const client = new AbortController();
let aborted = 0;
const stopping = opened
  .search(
    { q: "never there", in: "payload" },
    {
      signal: client.signal,
      onProgress: ({ scanned }) => {
        if (scanned < 200_000 || client.signal.aborted) return;
        aborted = performance.now();
        client.abort(new Error("gone"));
      },
    },
  )
  .catch(() => performance.now() - aborted);
const stopped = await stopping;
await store.close();

const verdicts = [
  {
    requirement: "text search, in processor time",
    measured: `${slowest.toFixed(0)} MB/s`,
    limit: "≥ 100 MB/s",
    kept: slowest >= 100 ? "yes" : "NO",
  },
  judged("its steps, 99 of 100, in processor time", quantile(all, 0.99), 20, " ms"),
  judged("a search stops after its client has gone", stopped, 20, " ms"),
];
console.log("");
table(verdicts);
if (verdicts.some(({ kept }) => kept === "NO")) process.exitCode = 1;
