// How long a line of 50 KB/s takes to bring the epidemic's page to its first row. `npm run bench:web`, or alone: node bench/web/slow-network.mjs
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { startServer } from "@llm-sim/server";
import { loadConfig, runSimulation } from "@llm-sim/simulation";
import { launchBrowser } from "./browser.mjs";

const root = join(import.meta.dirname, "../..");
const BYTES_PER_SECOND = 50 * 1024;
const ROUND_TRIP = 40; // milliseconds

/**
 * @returns milliseconds from the address to the first row, and bytes that came over the line until then; of a browser that has nothing of
 *   the page, and of one that has its scripts
 */
export async function firstRows(browser) {
  const outputDir = mkdtempSync(join(tmpdir(), "llm-sim-slow-"));
  const simulation = await loadConfig(join(root, "examples/epidemic/simulation.yaml"));
  await runSimulation(simulation, {
    outputDir,
    verbosity: "DETAIL",
    simulationId: "epidemic",
    signals: false,
  });
  const server = await startServer({ outputDir, port: 0, webRoot: join(root, "packages/web/dist") });
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: "en-US" });
  try {
    await fetch(`${server.url}/simulations/epidemic`);
    const rows = [];
    for (let visit = 0; visit < 2; visit++) rows.push(await firstRow(context, `${server.url}/runs/epidemic`));
    return { first: rows[0], again: rows[1] };
  } finally {
    await context.close();
    await server.close();
    rmSync(outputDir, { recursive: true });
  }
}

async function firstRow(context, address) {
  const page = await context.newPage();
  const line = await context.newCDPSession(page);
  await line.send("Network.enable");
  await line.send("Network.emulateNetworkConditions", {
    offline: false,
    latency: ROUND_TRIP,
    downloadThroughput: BYTES_PER_SECOND,
    uploadThroughput: BYTES_PER_SECOND,
  });
  let bytes = 0;
  line.on("Network.dataReceived", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  const start = performance.now();
  await page.goto(address, { waitUntil: "commit" });
  await page.locator(".events-rows .event-row .text").first().waitFor({ timeout: 120_000 });
  const took = performance.now() - start;
  await page.close();
  return { took, bytes };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const browser = await launchBrowser();
  for (const [visit, { took, bytes }] of Object.entries(await firstRows(browser)))
    console.log(`${visit.padEnd(6)} ${(took / 1000).toFixed(2)} s, ${(bytes / 1024).toFixed(0)} KB`);
  await browser.close();
}
