// How long the API takes over a lake: `node bench/lake/serve.mjs [EVENTS]`, over chdb as `npm run test:lake` installs it, or CLICKHOUSE_URL.
import { linkSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLake, openLakeStore, shipRun } from "@llm-sim/lake";
import { buildServer } from "@llm-sim/server";
import { among, between, drawsFrom } from "../../scripts/draws.mjs";
import { writeWholeRun } from "../../scripts/faults/whole-run.mjs";
import { tryLake } from "../../scripts/lake/try-lake.mjs";
import { benchmarkRun } from "../query/logs.mjs";

const events = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 60;
const tried = await tryLake();
const lake = openLake(tried.address());
const home = mkdtempSync(join(tmpdir(), "llm-sim-bench-lake-"));
const run = await withManifest(benchmarkRun(events, Number.MAX_SAFE_INTEGER));
let begun = performance.now();
await shipRun(lake, run.directory);
const seconds = (performance.now() - begun) / 1000;
const [{ bytes }] = await lake.select(
  "SELECT sum(bytes_on_disk) AS bytes FROM system.parts WHERE active AND database = currentDatabase()",
);
console.log(
  `shipped ${events} events: ${Math.round(events / seconds)}/s, ${(bytes / events).toFixed(1)} bytes an event`,
);
const store = await openLakeStore(lake);
const app = await buildServer({ store });
const address = await app.listen({ host: "127.0.0.1", port: 0 });
const draw = drawsFrom(7);
const get = async (path) => {
  const answer = await fetch(`${address}/simulations/${run.id}${path}`);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path}: ${text}`);
  return JSON.parse(text);
};
begun = performance.now();
const first = await get("/events?limit=100");
console.log(`first question: ${(performance.now() - begun).toFixed(0)} ms`);
const lastTurn = (await get(`/events?limit=1&offset=${first.total - 1}`)).events[0].turn_number;
const agents = [...new Set(first.events.map(({ agent_id }) => agent_id).filter(Boolean))];
const ids = [];
const page = () => {
  const turn = between(draw, 0, lastTurn);
  return among(draw, [
    `/events?limit=100&turn_start=${turn}`,
    `/events?limit=100&agent_ids=${among(draw, agents)}&turn_start=${turn}`,
    `/events?limit=100&event_types=ACTION,STATE&turn_start=${turn}&turn_end=${turn + 50}`,
    `/events?limit=100&involving=${among(draw, agents)}&event_types=ACTION`,
  ]);
};
await measure("a page and its exact total", async () => {
  const { events: found } = await get(page());
  if (found.length > 0) ids.push(among(draw, found).event_id);
});
await measure("by id", () => get(`/events/${among(draw, ids)}`));
await app.close();
await store.close();
await lake.close();
await tried.close();
rmSync(home, { recursive: true, force: true });

async function measure(name, ask) {
  const times = [];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    await ask();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.floor(share * times.length)].toFixed(0);
  console.log(`${name}: p50 ${at(0.5)} ms, p95 ${at(0.95)} ms`);
}

/** The same log in a run that says of itself that it is whole, as one of this project's writer does. */
async function withManifest({ id, directory: log }) {
  const directory = await writeWholeRun(home, id, { turns: 1 });
  rmSync(join(directory, "events.jsonl"));
  rmSync(join(directory, "tape.jsonl"));
  linkSync(join(log, "events.jsonl"), join(directory, "events.jsonl"));
  const manifest = JSON.parse(readFileSync(join(directory, "run.json"), "utf8"));
  const counts = { ...manifest.counts, emitted: events, written: events };
  writeFileSync(join(directory, "run.json"), JSON.stringify({ ...manifest, counts }));
  return { id, directory };
}
