// npm run bench:query -- --fifty-million
// A run of 50 million events (20 GB, written first and deleted afterwards: some minutes), served by a process of its own:
//   node bench/query/vast.mjs [--events 50000000] [--directory DIR] [--keep]
import { fork } from "node:child_process";
import { once } from "node:events";
import { readdirSync, rmSync, statfsSync, statSync } from "node:fs";
import { Agent, get } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { percentile, verdict } from "../measure.mjs";
import { questions } from "./questions.mjs";
import { writeVastRun } from "./vast-log.mjs";

const { values: options } = parseArgs({
  options: {
    events: { type: "string", default: "50000000" },
    directory: { type: "string", default: join(tmpdir(), "llm-sim-bench-vast") },
    keep: { type: "boolean", default: false },
  },
});
const EVENTS = Number(options.events);
const PAGES = 300;
/** Of the log, and of its index beside it. */
const BYTES_PER_EVENT = 410 + 90;
const GB = 1e9;

const output = options.directory;
const id = `vast-${EVENTS}`;
const directory = join(output, id);
const agent = new Agent({ keepAlive: true });

async function startProcess() {
  const child = fork(new URL("./http-server.mjs", import.meta.url), [output]);
  const [{ port }] = await once(child, "message");
  return {
    port,
    async usage() {
      child.send("usage");
      const [{ rss, cpu }] = await once(child, "message");
      return { rss, cpu: (cpu.user + cpu.system) / 1e6 };
    },
    async close() {
      child.send("close");
      await once(child, "exit");
    },
  };
}

function ask(port, path) {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    get(`http://127.0.0.1:${port}/simulations/${id}${path}`, { agent }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => {
        const ms = performance.now() - start;
        const body = JSON.parse(Buffer.concat(chunks).toString());
        if (response.statusCode === 200) resolve({ ms, body });
        else reject(new Error(`${path}: ${JSON.stringify(body)}`));
      });
    }).on("error", reject);
  });
}

const pathOf = (filter) =>
  `/events?${Object.entries(filter)
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join("&")}`;

/** The longest of the moments in which the server did not answer something small, while `work` goes on. */
async function longestSilence(port, work) {
  let longest = 0;
  const state = { isDone: false };
  const done = work.finally(() => {
    state.isDone = true;
  });
  const health = new Agent({ keepAlive: true });
  while (!state.isDone) {
    const start = performance.now();
    await new Promise((resolve, reject) => {
      get(`http://127.0.0.1:${port}/health`, { agent: health }, (response) => {
        response.resume().on("end", resolve);
      }).on("error", reject);
    });
    longest = Math.max(longest, performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  health.destroy();
  return { result: await done, longest };
}

async function measure() {
  let server = await startProcess();
  const idle = await server.usage();
  const { result: built, longest } = await longestSilence(server.port, ask(server.port, "/events?limit=1"));
  const afterBuild = await server.usage();
  const total = built.body.total;
  console.log(
    `built in ${(built.ms / 1000).toFixed(1)} s, ${(built.ms / 1000 / (EVENTS / 1e6)).toFixed(2)} s per million ` +
      `(${(afterBuild.cpu - idle.cpu).toFixed(1)} s of computing); meanwhile /health took ${longest.toFixed(0)} ms at most`,
  );
  const at = async (offset) => (await ask(server.port, `/events?limit=1&offset=${offset}`)).body.events[0];
  const [first, last] = [await at(0), await at(total - 1)];
  const spread = [];
  for (let place = 0; place < 100; place++)
    spread.push((await at(Math.floor(((place + 0.5) / 100) * total))).event_id);
  const asked = questions(PAGES, {
    turns: last.turn_number,
    firstTurn: first.turn_number,
    firstTime: Date.parse(first.timestamp) * 1000,
    lastTime: Date.parse(last.timestamp) * 1000,
    ids: spread,
  });
  const times = [];
  const slowest = { ms: 0 };
  for (const [number, matching] of asked.entries()) {
    // A page anywhere among those that match, and not always the first.
    const { total: all } = (await ask(server.port, pathOf({ ...matching, limit: 1 }))).body;
    const filter = {
      ...matching,
      offset: Math.floor((Math.max(0, all - 100) * ((number * 7919) % 1000)) / 1000),
    };
    const { ms } = await ask(server.port, pathOf(filter));
    times.push(ms);
    if (ms > slowest.ms) Object.assign(slowest, { ms, filter });
  }
  const byId = [];
  for (const eventId of spread) byId.push((await ask(server.port, `/events/${eventId}`)).ms);
  const chains = [];
  for (const eventId of spread) chains.push((await ask(server.port, `/causality/${eventId}?depth=5`)).ms);
  const afterQuestions = await server.usage();
  await server.close();
  server = await startProcess();
  const cold = await ask(server.port, "/events?limit=100");
  const coldUsage = await server.usage();
  await server.close();

  const kept = readdirSync(directory).filter((name) => name.startsWith("events.index"));
  const keptBytes = kept.reduce((sum, name) => sum + statSync(join(directory, name)).size, 0);
  const mb = ({ rss }) => `${(rss / 1e6).toFixed(0)} MB`;
  console.log(
    `resident: ${mb(idle)} idle, ${mb(afterBuild)} after building, ${mb(afterQuestions)} after the questions, ${mb(coldUsage)} cold with a page`,
  );
  console.log(
    `kept: ${(keptBytes / GB).toFixed(2)} GB in ${kept.length} files, ${(keptBytes / EVENTS).toFixed(0)} B an event`,
  );
  console.log(
    `${PAGES} pages of 100, each asked once: p50 ${percentile(times, 0.5).toFixed(2)} ms, p95 ${percentile(times, 0.95).toFixed(2)} ms, ` +
      `the longest ${slowest.ms.toFixed(0)} ms (${pathOf(slowest.filter)})`,
  );
  console.log(
    `by id p50 ${percentile(byId, 0.5).toFixed(2)} ms; a chain of 5 ${percentile(chains, 0.5).toFixed(2)} ms; ` +
      `the first page of a process just started ${cold.ms.toFixed(0)} ms`,
  );
  const kept5 = verdict("page of 100, p50", percentile(times, 0.5), 5, "ms");
  const kept1 = verdict("resident after the questions", afterQuestions.rss / 1e6, 1000, "MB");
  const keptBuild = verdict("building per million events", built.ms / 1000 / (EVENTS / 1e6), 1, "s");
  return kept5 && kept1 && keptBuild;
}

const { bavail, bsize } = statfsSync(tmpdir());
if (bavail * bsize < EVENTS * BYTES_PER_EVENT) {
  console.log(
    `${EVENTS / 1e6} million events are left out: they take ${((EVENTS * BYTES_PER_EVENT) / GB).toFixed(0)} GB, and ${tmpdir()} has ${((bavail * bsize) / GB).toFixed(0)}.`,
  );
} else {
  const start = performance.now();
  writeVastRun(directory, EVENTS);
  console.log(
    `\n${EVENTS / 1e6} million events, written in ${((performance.now() - start) / 1000).toFixed(0)} s`,
  );
  for (const file of readdirSync(directory))
    if (file.startsWith("events.index")) rmSync(join(directory, file));
  try {
    if (!(await measure())) process.exitCode = 1;
  } finally {
    agent.destroy();
    if (!options.keep) rmSync(directory, { recursive: true, force: true });
  }
}
