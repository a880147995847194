// The page of a batch of a thousand runs of 200 turns in a real browser: how long until it stands, and how it moves.
import { startServer } from "@llm-sim/server";
import { benchmarkBatch } from "./batch-runs.mjs";
import { watchFrames, watchRequests } from "./in-page.mjs";

const RUNS = 1000;
const TURNS = 200;
const LOADS = 5;

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

/** Measures, and reports each figure with what is wanted. */
export async function measureBatch(browser, webRoot, report) {
  const { output, id } = benchmarkBatch(RUNS, TURNS);
  const server = await startServer({ outputDir: output, port: 0, webRoot });
  async function open() {
    const context = await browser.newContext({ viewport: { width: 1600, height: 1000 }, locale: "en-US" });
    const page = await context.newPage();
    await page.addInitScript(watchRequests);
    const start = performance.now();
    await page.goto(`${server.url}/batches/${id}?outcome=fish+%3C+50`);
    await page.waitForFunction(
      () =>
        globalThis.underWay === 0 &&
        document.querySelectorAll(".fan-plot canvas").length >= 2 &&
        document.querySelector(".batch-runs tbody tr td a") &&
        new Promise((resolve) =>
          requestAnimationFrame(() => requestAnimationFrame(() => resolve(globalThis.underWay === 0))),
        ),
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
    const [first] = opened;
    const what = `page of ${RUNS.toLocaleString("en")} runs of ${TURNS} turns`;
    report(`${what}, first`, `${Math.round(first)} ms`, "≤ 2,000 ms", first <= 2000);
    const again = median(opened.slice(1));
    report(`${what}, again (median)`, `${Math.round(again)} ms`, "≤ 2,000 ms", again <= 2000);

    const { page, context } = await open();
    const box = await page.locator(".fan-plot").first().boundingBox();
    const frames = page.evaluate(watchFrames, 3000);
    for (let at = 0; at < 120; at++)
      await page.mouse.move(box.x + 80 + at * 6, box.y + 40 + ((at * 37) % (box.height - 80)));
    const times = await frames;
    const rate = 1000 / (times.reduce((sum, one) => sum + one, 0) / times.length);
    report("pointing at its curves", `${rate.toFixed(0)} fps`, "≥ 50 fps", rate >= 50);
    await context.close();
  } finally {
    await server.close();
  }
}
