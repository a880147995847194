// Pages and streams over loopback, server and client in processes of their own:
//   node bench/query/http.mjs [events, default 1000000]
import { fork } from "node:child_process";
import { once } from "node:events";
import { Agent, get } from "node:http";
import { connect } from "node:net";
import { setTimeout } from "node:timers/promises";
import { percentile, verdict } from "../measure.mjs";
import { streamLatencies } from "./http-stream.mjs";
import { benchmarkRun } from "./logs.mjs";
import { measureRescan } from "./rescan.mjs";

const EVENTS = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 20;
const MB = 1024 * 1024;

const agent = new Agent({ keepAlive: true });
const { output, id, directory } = benchmarkRun(EVENTS);

async function startProcess(served) {
  const child = fork(new URL("./http-server.mjs", import.meta.url), [served]);
  const [{ port }] = await once(child, "message");
  return {
    port,
    /** Bytes, and the milliseconds that its threads have computed. */
    async usage() {
      child.send("usage");
      const [{ rss, cpu }] = await once(child, "message");
      return { rss, cpu: (cpu.user + cpu.system) / 1000 };
    },
    async close() {
      child.send("close");
      await once(child, "exit");
    },
  };
}

const server = await startProcess(output);
const base = `http://127.0.0.1:${server.port}/simulations/${id}`;

/** The body, and the milliseconds until all of it was there; where the server has too much to do, it is asked again when it says. */
async function ask(path, start = performance.now()) {
  const answer = await askOnce(path, start);
  if (answer.againIn === undefined) return answer;
  await setTimeout(answer.againIn * 1000);
  return ask(path, start);
}

function askOnce(path, start) {
  return new Promise((resolve, reject) => {
    get(base + path, { agent }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => {
        const ms = performance.now() - start;
        if (response.statusCode === 503) resolve({ againIn: Number(response.headers["retry-after"]) });
        else if (response.statusCode !== 200)
          reject(new Error(`${path}: ${Buffer.concat(chunks).toString()}`));
        else resolve({ ms, body: Buffer.concat(chunks) });
      });
    }).on("error", reject);
  });
}

/** 50 different filtered pages, somewhere in the run. */
function pages(limit) {
  const turns = Math.floor(EVENTS / 170);
  return Array.from({ length: 50 }, (_, index) => {
    const agentId = `agent_${String(index).padStart(3, "0")}`;
    const turn = Math.floor((turns * index) / 60);
    const filters = [
      `agent_ids=${agentId}`,
      `event_types=DECISION,ACTION&turn_start=${turn}`,
      `agent_ids=${agentId}&event_types=STATE`,
      `turn_start=${turn}&turn_end=${turn + 40}`,
      `involving=${agentId}&offset=${index * 20}`,
    ];
    return `/events?${filters[index % filters.length]}&limit=${limit}`;
  });
}

async function measurePages(limit) {
  const times = [];
  let bytes = 0;
  for (let round = -1; round < ROUNDS; round++) {
    for (const path of pages(limit)) {
      const { ms, body } = await ask(path);
      if (round < 0) continue; // the first round only warms up
      times.push(ms);
      bytes += body.length;
    }
  }
  return {
    p50: percentile(times, 0.5),
    p95: percentile(times, 0.95),
    kilobytes: bytes / times.length / 1024,
  };
}

/** Loopback alone: the same server's smallest answer. */
async function measureFloor() {
  const times = [];
  for (let index = 0; index < 1000; index++) times.push((await ask("/events?limit=1")).ms);
  return percentile(times.slice(100), 0.5);
}

const cold = await ask("/events?limit=100");
console.log(`${EVENTS} events; first page, index read or built: ${cold.ms.toFixed(0)} ms`);
console.log(`a page of one: p50 ${(await measureFloor()).toFixed(2)} ms`);
let isWithin = true;
const medians = new Map();
for (const [limit, atMost] of [
  [100, 2],
  [1000, 6],
]) {
  const { p50, p95, kilobytes } = await measurePages(limit);
  medians.set(limit, p50);
  console.log(
    `a page of ${limit}: p50 ${p50.toFixed(2)} ms, p95 ${p95.toFixed(2)} ms, ${kilobytes.toFixed(0)} KB on average`,
  );
  isWithin = verdict(`page of ${limit} at ${EVENTS} events, p50`, p50, atMost, "ms") && isWithin;
}

{
  // Rescans do not depend much on what is asked: a few of the pages will do.
  const paths = pages(100).slice(0, 4);
  const rescans = measureRescan(
    directory,
    paths.map((path) => path.split("?")[1]),
  );
  if (rescans === undefined) console.log("no python3 here to rescan with, as the Python original does");
  else {
    for (const [index, path] of paths.entries()) {
      const { events, total } = JSON.parse((await ask(path)).body.toString());
      const answer = JSON.stringify([total, events.map(({ event_id }) => event_id)]);
      if (answer !== JSON.stringify([rescans[index].total, rescans[index].ids]))
        throw new Error(`a rescan answers ${path} otherwise`);
    }
    const rescan = percentile(
      rescans.map(({ ms }) => ms),
      0.5,
    );
    const ratio = rescan / medians.get(100);
    console.log(
      `rescanned in Python, the same page of 100: ${rescan.toFixed(0)} ms, ${ratio.toFixed(0)} times as long`,
    );
    isWithin = verdict("page of 100 ÷ Python's rescan", 1 / ratio, 1 / 1000, "") && isWithin;
  }
}

{
  const warm = (await server.usage()).rss;
  for (let offset = 0; offset < EVENTS; offset += Math.floor(EVENTS / 40))
    await ask(`/events?limit=1000&offset=${offset}`);
  const deep = (await server.usage()).rss;
  console.log(
    `memory after 40 pages to the run's end: ${(deep / MB).toFixed(0)} MB (before ${(warm / MB).toFixed(0)} MB)`,
  );
  const clients = Array.from({ length: 400 }, (_, index) =>
    ask(`/events?limit=10000&offset=${index * 1000}`),
  );
  await Promise.all(clients);
  const many = (await server.usage()).rss;
  console.log(`memory after 400 clients asked for 10,000 events each at once: ${(many / MB).toFixed(0)} MB`);
  isWithin =
    verdict("growth by 400 clients of 4 MB each, 1,600 MB in all", (many - deep) / MB, 512, "MB") && isWithin;
  const stalled = Array.from({ length: 100 }, () => {
    const socket = connect(server.port, "127.0.0.1");
    socket.write(`GET /simulations/${id}/stream HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    socket.pause();
    return socket;
  });
  await setTimeout(4000);
  const held = (await server.usage()).rss;
  console.log(`memory with 100 streams whose clients read nothing: ${(held / MB).toFixed(0)} MB`);
  isWithin =
    verdict("growth for each stalled stream of 400 MB", (held - many) / MB / 100, 2, "MB") && isWithin;
  for (const socket of stalled) socket.destroy();
}
agent.destroy();
await server.close();

for (const rate of [1_000, 20_000]) {
  const { p50, p99, events, busy } = await streamLatencies(rate, 5, startProcess);
  console.log(
    `stream at ${rate} events/s, written to received: p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms (${events} events, the server busy for ${(busy * 100).toFixed(0)} % of a core)`,
  );
  isWithin = verdict(`stream at ${rate} events/s, p50`, p50, 10, "ms") && isWithin;
}
process.exitCode = isWithin ? 0 : 1;
