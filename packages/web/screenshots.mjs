// node packages/web/screenshots.mjs: draws the pictures of docs/images anew, from the examples as they are.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEventStream } from "@llm-sim/events";
import { batchRunId } from "@llm-sim/events/run";
import { startServer } from "@llm-sim/server";
import { loadConfig, runSimulation } from "@llm-sim/simulation";
import { launchBrowser } from "../../bench/web/browser.mjs";

const ROOT = join(import.meta.dirname, "../..");
const IMAGES = join(ROOT, "docs/images");
const outputDir = mkdtempSync(join(tmpdir(), "llm-sim-pictures-"));
mkdirSync(IMAGES, { recursive: true });

const RUNS = [
  ["epidemic/simulation.yaml", "epidemic", []],
  ["commons/restraint.yaml", "commons-restraint", []],
  ["commons/simulation.yaml", "commons", []],
  ["market/simulation.yaml", "market-seed-11", [{ path: "simulation.seed", value: 11 }]],
  ["market/simulation.yaml", "market", []],
  ["negotiation/simulation.yaml", "negotiation", []],
];
for (const [config, simulationId, overrides] of RUNS) {
  const simulation = await loadConfig(join(ROOT, "examples", config), { overrides });
  await runSimulation(simulation, { outputDir, verbosity: "DETAIL", simulationId, signals: false });
}
for (const share of [0.05, 0.1])
  for (let seed = 1; seed <= 15; seed++) {
    const settings = { "agents.boat.params.share": share, "engine.params.growth": 0.2 + (seed % 5) * 0.1 };
    const overrides = Object.entries({ "simulation.seed": seed, ...settings }).map(([path, value]) => ({
      path,
      value,
    }));
    const simulation = await loadConfig(join(ROOT, "examples/commons/simulation.yaml"), { overrides });
    const batch = { id: "fishery", name: "fishery", settings };
    const simulationId = batchRunId("fishery", seed, settings);
    await runSimulation(simulation, { outputDir, verbosity: "STATE", simulationId, batch, signals: false });
  }
const live = await openEventStream({ outputDir, simulationId: "live", verbosity: "STATE", signals: false });
for (let turn = 1; turn <= 8; turn++) live.turn(turn, (scope) => scope.action("alice", "wait"));
await live.flush();

const server = await startServer({ outputDir, port: 0, webRoot: join(import.meta.dirname, "dist") });
const browser = await launchBrowser();

async function ask(path) {
  return (await fetch(server.url + path)).json();
}

async function picture(name, path, { width = 1280, height = 800, theme = "light", ready, wait = 600 } = {}) {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: theme,
    locale: "en-US",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto(server.url + path);
  if (ready) await page.locator(ready).first().waitFor();
  await page.waitForLoadState("networkidle").catch(() => {});
  await page.waitForTimeout(wait);
  await page.screenshot({ path: join(IMAGES, `${name}.png`) });
  await context.close();
  console.log(name);
}

try {
  // The question of docs/ui.md: why did the fishery's stock collapse?
  const collapse = await ask("/simulations/commons/why?variable=fish&turn=12&depth=1");
  const found = collapse.event_id ?? "";
  const at = `${collapse.event?.turn_number ?? 12}@${found}`;
  await picture("runs", "/", { ready: ".kinds-fill", height: 560 });
  await picture("overview", "/runs/commons?full=inspector", {
    ready: ".variables-list .variable",
    height: 860,
  });
  await picture("run", "/runs/market?at=12", { ready: ".world-table td" });
  await picture("run-dark", "/runs/market?at=12&world=charts", {
    theme: "dark",
    width: 1920,
    height: 1080,
    ready: ".u-over",
  });
  await picture("collapse-1-curve", "/runs/commons?world=charts&variables=fish,*.caught", {
    ready: ".u-over",
  });
  await picture("collapse-2-why", `/runs/commons?event=${found}&at=${at}&range=9..13`, {
    ready: ".ledger",
    height: 1000,
  });
  await picture(
    "collapse-3-graph",
    `/runs/commons?event=${found}&at=${at}&range=9..13&inspect=graph&depth=3`,
    { ready: ".graph-node", wait: 1200 },
  );
  await picture("collapse-4-compare", "/runs/commons/compare/commons-restraint", {
    ready: ".u-over",
    height: 1160,
  });
  await picture("agent", "/runs/market/agents/alice", { ready: ".decision" });
  await picture("matrix", "/runs/market?world=matrix&full=world", {
    ready: ".matrix td button",
    height: 520,
  });
  await picture("compare-dark", "/runs/market/compare/market-seed-11", {
    theme: "dark",
    ready: ".u-over",
    width: 1920,
    height: 1080,
  });
  await picture("graph-dark", `/runs/commons?event=${found}&at=${at}&inspect=graph&depth=6&full=inspector`, {
    theme: "dark",
    ready: ".graph-node",
    wait: 1200,
  });
  const refusal = await ask("/simulations/negotiation/events?event_types=DECISION&q=less+than&limit=1");
  await picture("asked", `/runs/negotiation?event=${refusal.events?.[0]?.event_id}&list=calls`, {
    ready: ".part-answer",
    width: 1440,
    height: 900,
  });
  await picture(
    "who-is-ill",
    "/runs/epidemic?strip=health&world=charts&variables=*.health&when=infected+%3E+200",
    {
      width: 1440,
      height: 900,
      ready: ".u-over",
      wait: 1500,
    },
  );
  await picture("condition", "/runs/market?when=*.wealth+%3C+200&world=charts&variables=*.wealth&at=18", {
    ready: ".u-over",
    wait: 1000,
  });
  await picture("batch", "/batches/fishery?outcome=fish+%3C+50&variable=fish", {
    ready: ".fan-plot canvas",
    height: 1240,
  });
  await picture("epidemic", "/runs/epidemic?at=18&world=charts&variables=infected&lanes=activity", {
    width: 1920,
    height: 1080,
    ready: ".u-over",
    wait: 1500,
  });
} finally {
  await browser.close();
  await live.close();
  await server.close();
  rmSync(outputDir, { recursive: true, force: true });
}
