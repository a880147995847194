// How long the API takes over one run in a lake, whole answers over HTTP.
import { linkSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openLakeStore, shipRun } from "@llm-sim/lake";
import { buildServer } from "@llm-sim/server";
import { among, between, drawsFrom } from "../../scripts/draws.mjs";
import { writeWholeRun } from "../../scripts/faults/whole-run.mjs";
import { percentile, verdict } from "../measure.mjs";
import { benchmarkRun } from "../query/logs.mjs";

const ROUNDS = 60;
const TURNS_BACK = 10;

/**
 * Ships a run of so many events, asks for it as a page of the UI does, and prints what each kind of question takes.
 *
 * @returns whether all of it is within its bounds, which are those of ten million events
 */
export async function servedMeasured(lake, events) {
  const home = mkdtempSync(join(tmpdir(), "llm-sim-bench-lake-"));
  const run = await withManifest(home, events);
  const begun = performance.now();
  await shipRun(lake, run.directory);
  const seconds = (performance.now() - begun) / 1000;
  console.log(
    `${events.toLocaleString("en")} events shipped in ${seconds.toFixed(0)} s: ${Math.round(events / seconds).toLocaleString("en")} events/s`,
  );
  const store = await openLakeStore(lake, { cacheDirectory: home });
  const app = await buildServer({ store });
  try {
    return await asked(await app.listen({ host: "127.0.0.1", port: 0 }), run.id);
  } finally {
    await app.close();
    await store.close();
    rmSync(home, { recursive: true, force: true });
  }
}

async function asked(address, id) {
  const draw = drawsFrom(7);
  const get = async (path) => {
    const answer = await fetch(`${address}/simulations/${id}${path}`);
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${path}: ${text}`);
    return JSON.parse(text);
  };
  const begun = performance.now();
  const first = await get("/events?limit=1000");
  console.log(
    `the first question, which looks through the run: ${(performance.now() - begun).toFixed(0)} ms`,
  );
  const { buckets } = await get("/timeline?buckets=1");
  const lastTurn = buckets[0].to;
  const agents = [...new Set(first.events.map(({ agent_id }) => agent_id).filter(Boolean))];
  const turn = () => between(draw, TURNS_BACK, lastTurn - 1);
  const agent = () => among(draw, agents);
  const page = () =>
    among(draw, [
      `/events?limit=100&turn_start=${turn()}`,
      `/events?limit=100&agent_ids=${agent()}&turn_start=${turn()}`,
      `/events?limit=100&event_types=ACTION,STATE&turn_start=${turn()}`,
      `/events?limit=100&involving=${agent()}&event_types=ACTION`,
      "/events?limit=100",
    ]);
  const [cursors, ids] = [[], []];
  const within = [];
  const measure = async (name, ask, bounds, rounds) =>
    within.push(...(await measured(name, ask, bounds, rounds)));
  await measure(
    "a page and its exact total",
    async () => {
      const path = page();
      const { events, next_cursor } = await get(path);
      if (events.length > 0) ids.push(among(draw, events).event_id);
      if (next_cursor !== null) cursors.push(`${path}&cursor=${next_cursor}`);
    },
    { p50: 50, p95: 150 },
  );
  await measure("the page behind one, by its cursor", () => get(among(draw, cursors)));
  await measure("an event by its id", () => get(`/events/${among(draw, ids)}`), { p50: 15 });
  await measure("causes and effects, depth 5", () => get(`/causality/${among(draw, ids)}?depth=5`));
  await measure("effects, depth 5", () => get(`/effects/${among(draw, ids)}?depth=5`));
  await measure("why, of an event, depth 5", () => get(`/why?event_id=${among(draw, ids)}&depth=5`), {
    p50: 150,
  });
  await measure(`why, of a variable over ${TURNS_BACK} turns, depth 5`, () => {
    const at = turn();
    return get(`/why?variable=wealth&agent_id=${agent()}&turn=${at}&since=${at - TURNS_BACK}&depth=5`);
  });
  await measure("the state at a turn", () => get(`/state?turn=${turn()}`), { p50: 200 });
  await measure("a page of 100 writes of a variable", () =>
    get(`/history?variable=wealth&agent_id=${agent()}&limit=100&offset=${between(draw, 0, 1000)}`),
  );
  await measure("the values of everyone's variable by turn", () => get("/values?variable=*.wealth"), {}, 10);
  await measure(
    "when a condition on everyone's variable became true",
    () =>
      get(
        `/find?expression=${encodeURIComponent(`*.wealth > ${between(draw, 1000, 100_000)} and turn > 3`)}`,
      ),
    {},
    5,
  );
  let texts = 0;
  await measure(
    "a text that few events hold, looked for",
    () => get(`/events?q=no such text ${texts++}`),
    {},
    10,
  );
  await measure("a timeline of 100 buckets", () => get("/timeline?buckets=100"), {}, 20);
  await measure(
    "variables for the first time, of a run without summary.json",
    () => get("/variables"),
    {},
    1,
  );
  await measure("variables again", () => get("/variables"), {}, 20);
  await measure("model calls for the first time, of a run that has none", () => get("/calls"), {}, 1);
  await measure("phases", () => get("/phases"), {}, 20);
  await measure("who acts on whom", () => get("/interactions"), {}, 3);
  return within.every(Boolean);
}

/** @param bounds milliseconds, of what has some */
async function measured(name, ask, bounds = {}, rounds = ROUNDS) {
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    await ask();
    times.push(performance.now() - start);
  }
  const [p50, p95] = [percentile(times, 0.5), percentile(times, 0.95)];
  console.log(`${name}: p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms`);
  return Object.entries(bounds).map(([part, most]) =>
    verdict(`${name}, ${part}`, { p50, p95 }[part], most, "ms"),
  );
}

/** The same log in a run that says of itself that it is whole, as one of this project's writer does. */
async function withManifest(home, events) {
  const { id, directory: log } = benchmarkRun(events, Number.MAX_SAFE_INTEGER);
  const directory = await writeWholeRun(home, id, { turns: 1 });
  rmSync(join(directory, "events.jsonl"));
  rmSync(join(directory, "tape.jsonl"));
  linkSync(join(log, "events.jsonl"), join(directory, "events.jsonl"));
  const manifest = JSON.parse(readFileSync(join(directory, "run.json"), "utf8"));
  const counts = { ...manifest.counts, emitted: events, written: events };
  writeFileSync(join(directory, "run.json"), JSON.stringify({ ...manifest, counts }));
  return { id, directory };
}
