// npm run bench:query [-- --events 1000000] [--pages 50] [--without duckdb,sqlite,tail]
// The store side by side with DuckDB (a table, and read_json) and, where there is one, SQLite: same run, same questions, answers compared.
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { parseArgs } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { openStore } from "@llm-sim/store";
import { openDuckdb } from "./duckdb.mjs";
import { judged, median, quantile, show, table, timed } from "./figures.mjs";
import { benchmarkRun } from "./logs.mjs";
import { questions } from "./questions.mjs";
import { measureSqlite } from "./sqlite.mjs";
import { measureTail } from "./tail.mjs";

const { values: options } = parseArgs({
  options: {
    events: { type: "string", default: "1000000" },
    pages: { type: "string", default: "50" },
    without: { type: "string", default: "" },
  },
});
const events = Number(options.events);
const pageCount = Number(options.pages);
const without = options.without.split(",");
const run = benchmarkRun(events);
/** The index as it is kept: its header and its parts. */
const keptFiles = () =>
  readdirSync(run.directory)
    .filter((name) => name.startsWith("events.index"))
    .map((name) => join(run.directory, name));
const scratch = mkdtempSync(join(tmpdir(), "llm-sim-bench-"));
setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");
const millions = events / 1e6;

async function opened(storeOptions) {
  const store = openStore(run.output, storeOptions);
  return { store, run: await store.openRun(run.id) };
}

/** Memory in use, in bytes, garbage not counted: typed arrays are released a turn after they are found to be garbage. */
async function memory() {
  for (let round = 0; round < 3; round++) {
    collectGarbage();
    await setImmediate();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

// Built from nothing, and how much memory that takes.
for (const file of keptFiles()) rmSync(file);
const builds = [];
let held = 0;
for (let round = 0; round < 3; round++) {
  const before = await memory();
  const { store, run: built } = await opened({ sidecar: false });
  builds.push((await timed(() => built.query({ limit: 1 }))).ms);
  held = Math.max(held, (await memory()) - before);
  await store.close();
}

// Kept beside the run, then opened cold.
{
  const { store, run: built } = await opened();
  await built.query({ limit: 1 });
  await store.close();
}
const probe = await opened();
const { total } = await probe.run.query({ limit: 1 });
const last = (await probe.run.query({ offset: total - 1 })).events()[0];
const [first] = (await probe.run.query({ limit: 1 })).events();
const spread = [];
for (let at = 0; at < 200; at++) {
  const [event] = (
    await probe.run.query({ limit: 1, offset: Math.floor(((at + 0.5) / 200) * total) })
  ).events();
  spread.push(event.event_id);
}
await probe.store.close();
const asked = questions(pageCount, {
  turns: last.turn_number,
  firstTime: Date.parse(first.timestamp) * 1000,
  lastTime: Date.parse(last.timestamp) * 1000,
  ids: spread,
});
const cold = [];
for (let round = 0; round < 5; round++) {
  const start = performance.now();
  const { store, run: fresh } = await opened();
  await fresh.query(asked[round]);
  cold.push(performance.now() - start);
  await store.close();
}

async function measurePages(page, list) {
  const times = [];
  const answers = [];
  for (const filter of list) {
    const { ms, result } = await timed(() => page(filter));
    times.push(ms);
    answers.push(result);
  }
  return { times, answers };
}

const results = [];
const { store, run: ours } = await opened();
const plain = async (filter) => ours.query(filter);
const ids = (page) => ({ total: page.total, ids: page.events().map(({ event_id }) => event_id) });
for (const filter of asked) await plain(filter); // warm, as all below are
const own = await measurePages(plain, asked);
const expected = own.answers.map(ids);
// An id, and a chain, take microseconds: many are timed together.
for (const id of spread) await ours.causality(id, 5, { turnMarkers: true });
const idTimes = [];
const chainTimes = [];
for (let round = 0; round < 20; round++) {
  idTimes.push(
    (
      await timed(async () => {
        for (const id of spread) await ours.eventLine(id);
      })
    ).ms / spread.length,
  );
  chainTimes.push(
    (
      await timed(async () => {
        for (const id of spread) await ours.causality(id, 5, { turnMarkers: true });
      })
    ).ms / spread.length,
  );
}
const chains = new Map();
for (const id of spread.slice(0, 20))
  chains.set(
    id,
    (await ours.causality(id, 5, { turnMarkers: true })).upstream.map(({ event }) => event.event_id),
  );
results.push({
  "": "**@llm-sim/store**",
  "page p50": show(median(own.times)),
  p95: show(quantile(own.times, 0.95)),
  build: show(median(builds)),
  kept: `${(keptFiles().reduce((sum, file) => sum + statSync(file).size, 0) / 1e6).toFixed(0)} MB`,
  "by id": show(median(idTimes)),
  "chain of 5": show(median(chainTimes)),
});

function compare(name, answers) {
  answers.forEach((answer, index) => {
    if (JSON.stringify(answer) === JSON.stringify(expected[index])) return;
    throw new Error(
      `${name} answers ${JSON.stringify(asked[index])} otherwise: ${answer.total} against ${expected[index].total}`,
    );
  });
  console.error(`${name}: ${answers.length} answers are the same.`);
}

/** Compares what another answers with what the store does, and adds its row. @returns its median page */
function entered(name, { pages, byId, chain, build, size }) {
  compare(name, pages.answers);
  for (const [index, found] of chain.answers.entries()) {
    const same = found.toSorted().join() === chains.get(spread[index]).toSorted().join();
    if (!same) throw new Error(`${name} finds another chain to ${spread[index]}`);
  }
  results.push({
    "": name,
    "page p50": show(median(pages.times)),
    p95: show(quantile(pages.times, 0.95)),
    build: show(build),
    kept: `${(size / 1e6).toFixed(0)} MB`,
    "by id": show(median(byId.times)),
    "chain of 5": show(median(chain.times)),
  });
  return median(pages.times);
}

async function measureDuckdb(database) {
  const build = await timed(() => database.build());
  for (const filter of asked) await database.page(filter);
  return {
    build: build.ms,
    pages: await measurePages(database.page, asked),
    byId: await measurePages(database.byId, [...chains.keys()]),
    chain: await measurePages(database.chain, [...chains.keys()]),
    size: database.size(),
  };
}

const requirements = [];
const warm = median(own.times);
try {
  requirements.push(judged("a page, p50", warm, 1, " ms"));
  if (events >= 5e6) requirements.push(judged("a page at 5M, p95", quantile(own.times, 0.95), 10, " ms"));
  if (!without.includes("duckdb")) {
    const duckdb = await openDuckdb(run.directory, join(scratch, "duck.db"));
    const tableTime = entered("DuckDB table", await measureDuckdb(duckdb));
    const files = await measurePages(duckdb.pageOfFiles, asked.slice(0, 5));
    compare("DuckDB read_json", files.answers);
    results.push({ "": "DuckDB `read_json`", "page p50": show(median(files.times)) });
    duckdb.close();
    requirements.push(judged("a page ÷ DuckDB table's", warm / tableTime, 1 / 20));
    requirements.push(
      judged("a cold page with sidecar ÷ DuckDB read_json's", median(cold) / median(files.times), 1 / 2.5),
    );
  }
  if (!without.includes("sqlite")) {
    const sqlite = measureSqlite(run.directory, join(scratch, "sqlite.db"), asked, [...chains.keys()]);
    if (sqlite === undefined)
      console.error("SQLite is left out: there is no python3 with its module sqlite3 here.");
    else
      requirements.push(
        judged("a page ÷ SQLite's", warm / entered(`SQLite ${sqlite.version}`, sqlite), 1 / 4),
      );
  }
  requirements.push(judged("building per million events", median(builds) / 1000 / millions, 1.2, " s"));
  requirements.push(judged("memory per event", held / events, 90, " B"));
  requirements.push(judged("by id", median(idTimes) * 1000, 20, " µs"));
  requirements.push(judged("a chain of depth 5", median(chainTimes) * 1000, 100, " µs"));
  if (!without.includes("tail")) {
    const tail = await measureTail(scratch);
    console.error(
      `tail: store p50 ${show(tail.store.p50)}, p99 ${show(tail.store.p99)}; tail -F p50 ${show(tail.tail.p50)}, p99 ${show(tail.tail.p99)}`,
    );
    requirements.push(judged("tail, p50 ÷ tail -F's", tail.store.p50 / tail.tail.p50, 1));
    requirements.push(judged("tail, p99 ÷ tail -F's", tail.store.p99 / tail.tail.p99, 2.5));
  }
} finally {
  await store.close();
  rmSync(scratch, { recursive: true, force: true });
}

const bytes = statSync(join(run.directory, "events.jsonl")).size;
console.log(
  `\n${events} events, ${asked.length} filtered pages of 100 with exact totals (active segment ${(bytes / 1e6).toFixed(0)} MB)\n`,
);
table(results);
console.log(
  `\nCold, with the sidecar, to the first page: ${show(median(cold))}. Memory: ${(held / 1e6).toFixed(0)} MB.\n`,
);
table(requirements);
if (requirements.some(({ kept }) => kept !== "yes")) process.exitCode = 1;
