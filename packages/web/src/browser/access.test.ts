import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.test.fixture.ts";
import { openSite, type Site } from "./site.test.fixture.ts";

let site: Site;
let event: string;

beforeAll(async () => {
  site = await openSite([{ id: "commons", config: "commons/simulation.yaml" }]);
  const answer = await fetch(
    `${site.server.url}/simulations/commons/events?event_types=STATE&turn_start=5&limit=1`,
  );
  event = (await answer.json()).events[0].event_id;
}, 60_000);
afterEach(() => site.closePages());
afterAll(() => site?.close());

/** Each with what stands there once it is drawn. */
const PAGES: { name: string; path: () => string; ready: string }[] = [
  { name: "the list of runs", path: () => "/?pick=commons", ready: ".kinds-fill" },
  { name: "a run's overview and table", path: () => "/runs/commons", ready: ".world-table td" },
  { name: "an event and charts", path: () => `/runs/commons?event=${event}&world=charts`, ready: ".u-over" },
  {
    name: "a graph and a grid",
    path: () => `/runs/commons?event=${event}&inspect=graph&world=grid`,
    ready: ".graph-node",
  },
  { name: "calls", path: () => "/runs/commons?list=calls", ready: ".panel-events" },
  { name: "two runs side by side", path: () => "/runs/commons/compare/commons", ready: ".verdict" },
  { name: "a run that there is not", path: () => "/runs/nothing", ready: ".state-title" },
  { name: "an address of nothing", path: () => "/nowhere/at/all", ready: ".state-title" },
];

describe("nothing keeps anybody out of", () => {
  it.each(PAGES)("$name, in light and dark, also at 200 %", async ({ path, ready }) => {
    const page = await site.open(path());
    await page.locator(ready).first().waitFor();
    expect(await violations(page)).toEqual([]);
    await page.emulateMedia({ colorScheme: "dark", reducedMotion: "reduce" });
    await page.locator("html[data-theme=dark]").waitFor({ state: "attached" });
    expect(await violations(page, { rules: ["color-contrast"] })).toEqual([]);
    // As a browser lays out a window of 1280 × 800 that is enlarged to 200 %.
    await page.setViewportSize({ width: 640, height: 400 });
    expect(await violations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(
      0,
    );
  });

  it("what a run's page opens", async () => {
    const page = await site.open("/runs/commons?world=charts");
    await page.locator(".u-over").first().waitFor();
    const openers = page.locator("button[aria-expanded]");
    const found: string[] = [];
    for (let at = 0; at < (await openers.count()); at++) {
      const opener = openers.nth(at);
      await opener.click();
      for (const line of await violations(page, { within: ".workbench" }))
        found.push(`${await opener.textContent()}: ${line}`);
      await page.keyboard.press("Escape");
    }
    expect(await openers.count()).toBeGreaterThan(4);
    expect(found).toEqual([]);
  });
});
