// npm run bench:runs -- [RUNS] — what it costs that many runs lie in one directory: the list, cold and when nothing has changed; one run,
// opened by its path or its id among all; the batch of all. Each round is a process of its own; what is printed is the median.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startServer } from "../../packages/server/dist/index.js";
import { openStore } from "../../packages/store/dist/index.js";
import { median, verdict } from "../measure.mjs";
import { BATCH, PROGRAM, writeRuns } from "./many-runs.mjs";

const RUNS = 10_000;
const ROUNDS = 5;
const OPENED = 111;

const [first, second] = process.argv.slice(2);
if (first === "--ask") await asked(second);
else process.exitCode = compared(Number(first ?? RUNS)) ? 0 : 1;

function compared(runs) {
  const output = mkdtempSync(join(tmpdir(), "llm-sim-bench-runs-"));
  try {
    writeRuns(output, runs);
    console.log(`${runs} runs in one directory`);
    const rounds = Array.from({ length: ROUNDS }, () => askedApart(output));
    const middle = (name) => median(rounds.map((round) => round[name]));
    const verdicts = [
      verdict("the list, cold", middle("cold"), 1000, "ms"),
      verdict("the list, nothing has changed", middle("warm"), 100, "ms"),
      verdict("GET /simulations, nothing has changed", middle("served"), 150, "ms"),
      verdict(
        `${OPENED} runs opened by their paths, and asked for their summaries`,
        middle("opened"),
        1000,
        "ms",
      ),
      verdict(`the same, details and children (the first reads all)`, middle("details"), 1000, "ms"),
      verdict("one run's details by its id, after those", middle("byId"), 20, "ms"),
      verdict("the batch of all, cold", middle("batch") / 1000, 5, "s"),
      verdict("the batch of all, nothing has changed", middle("batchAgain"), 250, "ms"),
      verdict("the list of batches, nothing has changed", middle("batches"), 150, "ms"),
    ];
    console.log(
      `        of processor time: the list cold ${Math.round(middle("coldCpu"))} ms, again ${Math.round(middle("warmCpu"))} ms, the batch cold ${Math.round(middle("batchCpu"))} ms: the rest is the machine's other work`,
    );
    const ls = Array.from({ length: 3 }, () => timedProgram(["ls", output]));
    console.log(`        llm-sim ls, its process and all: ${Math.round(median(ls))} ms`);
    const batch = Array.from({ length: 3 }, () => timedProgram(["batch", BATCH, "--output", output]));
    console.log(`        llm-sim batch, its process and all: ${Math.round(median(batch))} ms`);
    return verdicts.every(Boolean);
  } finally {
    rmSync(output, { recursive: true });
  }
}

function timedProgram(args) {
  const begun = performance.now();
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(stderr);
  return performance.now() - begun;
}

/** In a process of its own. */
function askedApart(output) {
  const { stdout, status } = spawnSync(process.execPath, [fileURLToPath(import.meta.url), "--ask", output], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (status !== 0) throw new Error("Asking failed.");
  return JSON.parse(stdout);
}

async function asked(output) {
  const names = readdirSync(output).slice(0, OPENED);
  const [cold, coldCpu, store] = await timed(async () => {
    const opened = openStore(output);
    await opened.listRuns();
    return opened;
  });
  await store.listRuns();
  const [warm, warmCpu] = await timed(() => store.listRuns());
  const [opened] = await timed(async () => {
    for (const name of names) await (await store.resolveRun(join(output, name))).summary();
  });
  const [details] = await timed(async () => {
    for (const name of names) await (await store.resolveRun(join(output, name))).details();
  });
  const [byId] = await timed(async () => (await store.openRun(names[0])).details());
  const [batch, batchCpu] = await timed(() => store.batch(BATCH));
  await store.batch(BATCH);
  const [batchAgain] = await timed(() => store.batch(BATCH));
  const [batches] = await timed(() => store.listBatches());
  await store.close();
  const served = await listServed(output);
  const figures = {
    cold,
    coldCpu,
    warm,
    warmCpu,
    opened,
    details,
    byId,
    batch,
    batchCpu,
    batchAgain,
    batches,
    served,
  };
  console.log(JSON.stringify(figures));
}

async function listServed(output) {
  const server = await startServer({ outputDir: output, port: 0 });
  const list = async () => (await (await fetch(`${server.url}/simulations`)).arrayBuffer()).byteLength;
  await list();
  await list();
  const [served] = await timed(list);
  await server.close();
  return served;
}

async function timed(ask) {
  const before = process.cpuUsage();
  const begun = performance.now();
  const answer = await ask();
  const wall = performance.now() - begun;
  const { user, system } = process.cpuUsage(before);
  return [wall, (user + system) / 1000, answer];
}
