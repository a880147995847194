// npm run bench:web [-- --events 1000000]
// The run's page in a real browser, on a run of a million events: what a person waits for, and how smoothly it moves.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { startServer } from "@llm-sim/server";
import { benchmarkRun } from "../query/logs.mjs";
import { measureBatch } from "./batch.mjs";
import { launchBrowser, pageMemory } from "./browser.mjs";
import { filterBy, panFor, watchFrames, watchRequests } from "./in-page.mjs";
import { firstRows } from "./slow-network.mjs";

const { values: options } = parseArgs({ options: { events: { type: "string", default: "1000000" } } });
const webRoot = join(import.meta.dirname, "../../packages/web/dist");
if (!existsSync(join(webRoot, "index.html"))) throw new Error("The web UI is not built: npm run build");
const run = benchmarkRun(Number(options.events));
const LOADS = 5;

const logBytes = (directory) =>
  readdirSync(directory)
    .filter((file) => file.endsWith(".jsonl"))
    .reduce((sum, file) => sum + statSync(join(directory, file)).size, 0);
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const quantile = (values, share) => values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)];
const rate = (frames) => 1000 / (frames.reduce((sum, one) => sum + one, 0) / frames.length);
const results = [];
function report(what, value, limit, holds) {
  results.push(holds);
  console.log(`${holds ? "ok  " : "MISS"}  ${what.padEnd(46)} ${value.padStart(22)}   ${limit}`);
}

// The index is made once, by whoever asks first: that is the store's figure, not the page's.
const server = await startServer({ outputDir: run.output, port: 0, webRoot });
await fetch(`${server.url}/simulations/${run.id}`);
const browser = await launchBrowser();

async function open(path = "") {
  const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, locale: "en-US" });
  const page = await context.newPage();
  await page.addInitScript(watchRequests);
  const start = performance.now();
  await page.goto(`${server.url}/runs/${run.id}${path}`);
  await page.waitForFunction(
    () =>
      globalThis.underWay === 0 &&
      document.querySelector(".events-rows .event-row .text") &&
      document.querySelector(".lanes-canvas")?.width > 0,
  );
  return { page, context, opened: performance.now() - start };
}

try {
  const opened = [];
  for (let load = 0; load < LOADS; load++) {
    const { context, opened: took } = await open();
    opened.push(took);
    await context.close();
  }
  report(
    "first view, everything drawn (median of 5)",
    `${Math.round(median(opened))} ms`,
    "≤ 2,000 ms",
    median(opened) <= 2000,
  );

  const context = await browser.newContext({ locale: "en-US" });
  const first = await context.newPage();
  const scripts = [];
  first.on("response", (response) => {
    if (new URL(response.url()).pathname.endsWith(".js"))
      scripts.push(response.body().then((body) => gzipSync(body).length));
  });
  await first.goto(`${server.url}/runs/${run.id}`, { waitUntil: "networkidle" });
  const script = (await Promise.all(scripts)).reduce((sum, one) => sum + one, 0);
  report(
    "script of the first load, gzip",
    `${(script / 1024).toFixed(0)} KB`,
    "≤ 300 KB",
    script <= 300 * 1024,
  );
  await context.close();

  const { page } = await open();
  const filters = [];
  for (const kind of ["State", "State", "Action", "Action", "System", "System", "Decision", "Decision"])
    filters.push(await page.evaluate(filterBy, kind));
  report(
    "a filter shown: list, counts, timeline (worst of 8)",
    `${Math.round(Math.max(...filters))} ms`,
    "≤ 300 ms",
    Math.max(...filters) <= 300,
  );

  for (const [name, range] of [
    ["200 turns", "300..500"],
    ["20 turns", "300..320"],
    ["single events", "300..300.5"],
    ["200 turns, a strip under each lane", "300..500&strip=wealth&when=turn%20%25%205%20%3D%3D%200"],
    ["all turns, a strip under each lane", "1..5900&strip=wealth"],
  ]) {
    const near = await open(`?range=${range}`);
    const frames = await near.page.evaluate(panFor, 3000);
    const value = `${rate(frames).toFixed(0)} fps, p95 ${quantile(frames, 0.95).toFixed(0)} ms`;
    report(`panning, ${name} in sight`, value, "≥ 50 fps", rate(frames) >= 50);
    await near.context.close();
  }

  for (const [step, query] of [
    ["turn", "?at=10&speed=16"],
    ["event", "?at=10&speed=16&step=event&range=8..14"],
  ]) {
    const played = await open(query);
    await played.page.keyboard.press(" ");
    const frames = await played.page.evaluate(watchFrames, 4000);
    const value = `${rate(frames).toFixed(0)} fps, p95 ${quantile(frames, 0.95).toFixed(0)} ms`;
    report(`playing by ${step} at 16×`, value, "≥ 50 fps", rate(frames) >= 50);
    await played.context.close();
  }

  // Of a text that no event has, so that all of the log is looked through while the page is moved.
  const searched = await browser.newContext({ viewport: { width: 1600, height: 1000 }, locale: "en-US" });
  const searching = await searched.newPage();
  const isSearching = () => document.body.textContent.includes("searching …");
  await searching.goto(`${server.url}/runs/${run.id}?range=300..500&q=no+such+words&in=payload`);
  await searching.waitForFunction(isSearching);
  const begun = performance.now();
  const whileSearching = await searching.evaluate(panFor, 1000);
  const stillSearched = await searching.evaluate(isSearching);
  await searching.waitForFunction(() => !document.body.textContent.includes("searching …"));
  const value = `${rate(whileSearching).toFixed(0)} fps${stillSearched ? "" : ", over before"}`;
  report(
    "panning while payloads are searched",
    value,
    "≥ 50 fps",
    rate(whileSearching) >= 50 && stillSearched,
  );
  const speed = logBytes(run.directory) / 1e3 / (performance.now() - begun);
  report("that search, with the page moving", `${speed.toFixed(0)} MB/s`, "≥ 100 MB/s", speed >= 100);
  await searched.close();

  const { first: firstRow } = await firstRows(browser);
  report(
    "the epidemic's first row at 50 KB/s",
    `${(firstRow.took / 1000).toFixed(1)} s, ${(firstRow.bytes / 1024).toFixed(0)} KB`,
    "≤ 6 s",
    firstRow.took <= 6000,
  );

  // What a long session leaves behind: the list scrolled through from end to end, after all of the above in this tab.
  await page.evaluate(async () => {
    const list = document.querySelector(".events-scroll");
    for (let at = 0; at < 200; at++) {
      list.scrollTop = (list.scrollHeight / 200) * at;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  });
  const memory = await pageMemory(browser);
  if (memory !== undefined)
    report(
      "memory of the tab after all that",
      `${(memory / 1e6).toFixed(0)} MB`,
      "≤ 300 MB",
      memory <= 300e6,
    );

  await measureBatch(browser, webRoot, report);
} finally {
  await browser.close();
  await server.close();
}
process.exitCode = results.every(Boolean) ? 0 : 1;
