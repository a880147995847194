import { batchRunId } from "@llm-sim/events/run";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.test.fixture.ts";
import { eventually } from "./eventually.test.fixture.ts";
import { openSite, type Site } from "./site.test.fixture.ts";

const SEEDS = Array.from({ length: 12 }, (_, at) => at + 1);
const SHARES = [0.05, 0.1];
const planned = {
  seeds: "1..12",
  settings: [{ path: "agents.boat.params.share", values: SHARES }],
};
const idOf = (seed: number, share: number) =>
  batchRunId("sweep", seed, { "agents.boat.params.share": share });
/** As the page calls it. */
const shortIdOf = (seed: number, share: number) => idOf(seed, share).slice("sweep-".length);

let site: Site;
beforeAll(async () => {
  site = await openSite(
    SHARES.flatMap((share) =>
      SEEDS.map((seed) => ({
        id: idOf(seed, share),
        config: "commons/simulation.yaml",
        verbosity: "STATE" as const,
        overrides: [
          { path: "simulation.seed", value: seed },
          { path: "simulation.turns", value: 15 },
          { path: "agents.boat.params.share", value: share },
        ],
        batch: {
          id: "sweep",
          name: "sweep",
          config_hash: "1f0c2a9b",
          settings: { "agents.boat.params.share": share },
          planned,
        },
      })),
    ),
  );
}, 120_000);
afterEach(() => site.closePages());
afterAll(() => site?.close());

async function openBatch(search = "", options: Parameters<Site["open"]>[1] = {}): Promise<Page> {
  const page = await site.open(`/batches/sweep${search}`, options);
  await page.locator(".fan-plot canvas").nth(1).waitFor();
  await page.locator(".batch-runs .run-link").first().waitFor();
  return page;
}
const firstRow = (page: Page) => page.locator(".batch-runs tbody tr").first();

describe("a batch's page", () => {
  it("says how many runs there are, how they stand, where they part and what is known of each, at every size and in both themes", async () => {
    for (const [width, height, colorScheme] of [
      [1280, 800, "light"],
      [390, 844, "dark"],
    ] as const) {
      const page = await openBatch("", { width, height, colorScheme });
      expect(await page.locator(".batch-header .facts").textContent()).toMatch(
        /^24 runs: 24 completed · seeds 1\.\.12 · share 0\.05, 0\.1/,
      );
      const parting = page.getByRole("region", { name: "Where the runs part" });
      expect(await parting.textContent()).toMatch(/part.*12 runs.*12 runs.*Nearest to the middle/);
      expect(await page.locator(".fan h2").allTextContents()).toHaveLength(2);
      expect(await page.locator(".batch-runs table").getAttribute("aria-rowcount")).toBe("25");
      expect(await firstRow(page).textContent()).toContain(shortIdOf(1, 0.05));
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      expect(await violations(page), colorScheme).toEqual([]);
    }
    expect(site.faults).toEqual([]);
  });

  it("has any condition as a column, sorts by it, and is opened again as it was by its address", async () => {
    const page = await openBatch();
    await page.getByLabel("A condition or a variable as a column").fill("fish < 60");
    await page.keyboard.press("Enter");
    await page.getByText("came true in 12 of 24 runs").waitFor();
    const sort = page.getByRole("button", { name: "fish < 60", exact: true });
    await sort.click();
    await eventually(() => firstRow(page).textContent()).toMatch(/0\.1turn \d+completed/);
    await sort.click();
    await eventually(() => firstRow(page).textContent()).toMatch(/0\.05nevercompleted/);
    const { search } = new URL(page.url());
    expect(new URLSearchParams(search).getAll("outcome")).toEqual(["fish < 60"]);
    const again = await openBatch(search);
    await eventually(() => firstRow(again).textContent()).toMatch(/0\.05nevercompleted/);
    await again.getByRole("button", { name: "Take the column fish < 60 away" }).click();
    await eventually(() => again.getByText("came true in").count()).toBe(0);
    expect(site.faults).toEqual([]);
  });

  it("says in place what is wrong with a condition, keeps the other columns, and offers what was meant", async () => {
    const page = await openBatch("?outcome=fsh+<+60&outcome=boats");
    const alert = page.getByRole("alert");
    await alert.getByText("no run of the batch has a variable fsh").waitFor();
    expect(await page.getByRole("columnheader", { name: "boats" }).count()).toBe(1);
    await alert.getByRole("button", { name: "Did you mean fish < 60?" }).click();
    await page.getByRole("columnheader", { name: "fish < 60" }).waitFor();
    expect(await alert.count()).toBe(0);
    site.refused(page);
    expect(site.faults).toEqual([]);
  });

  it("picks a run by its curve, with the pointer and with keys, which leads to it, and compares two", async () => {
    const page = await openBatch("?variable=fish&variable=regrown");
    const chart = page.getByRole("application", { name: "fish over turns in 24 runs" });
    const box = await chart.boundingBox();
    if (!box) throw new Error("The chart has no place.");
    // The runs that do not collapse end near the top.
    await page.mouse.click(box.x + box.width - 40, box.y + 22);
    const picked = page.getByRole("region", { name: "Picked runs" });
    await eventually(() => picked.getByRole("listitem").count()).toBe(1);
    await chart.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await eventually(() => picked.getByRole("listitem").count()).toBe(2);
    const links = picked.getByRole("listitem").getByRole("link");
    expect(await links.nth(1).textContent()).toMatch(/^seed \d+, share 0\.05, turn 1$/);
    const runs = new URL(page.url()).searchParams.get("runs")?.split(",") ?? [];
    expect(runs).toHaveLength(2);
    expect(await page.locator(".batch-runs tr.picked").count()).toBeGreaterThan(0);
    expect(await violations(page)).toEqual([]);
    expect(await picked.getByRole("link", { name: "Compare" }).getAttribute("href")).toBe(
      `/runs/${runs[0]}/compare/${runs[1]}`,
    );
    await links.nth(1).click();
    await page.waitForURL(`**/runs/${runs[1]}?at=1`);
    expect(site.faults).toEqual([]);
  });

  it("shows the variables that are chosen, of agents too", async () => {
    const page = await openBatch();
    await page.getByRole("button", { name: "Variables" }).click();
    await page.getByLabel("Find a variable").fill("boat-2");
    await page.getByRole("checkbox", { name: '"boat-2".caught' }).check();
    await page.getByRole("application", { name: '"boat-2".caught over turns' }).waitFor();
    await eventually(() => new URL(page.url()).searchParams.getAll("variable")).toContain('"boat-2".caught');
    const wrong = await site.open("/batches/sweep?variable=fsh");
    await wrong.getByText("the nearest: fish").waitFor();
    site.refused(wrong);
  });

  it("is at the address at which programs get JSON, and comes back as a page", async () => {
    const page = await openBatch();
    const asked = await page.evaluate(async () => {
      const response = await fetch(location.pathname, { headers: { accept: "application/json" } });
      return [response.headers.get("vary"), (await response.json()).batch.runs];
    });
    expect(asked).toEqual([expect.stringContaining("Accept"), 24]);
    await page.reload();
    await page.locator(".batch-runs .run-link").first().click();
    await page.waitForURL(`**/runs/${idOf(1, 0.05)}`);
    await page.goBack();
    await page.locator(".batch-runs .run-link").first().waitFor();
    await page.goto(`${site.server.url}/batches`);
    await page.locator(".batch-row").waitFor();
    expect(site.faults).toEqual([]);
  });

  it("is led to from a run, which leads to its siblings", async () => {
    const page = await site.open(`/runs/${idOf(2, 0.1)}?at=3`);
    await page.getByRole("link", { name: "Next seed: seed 3, share 0.1" }).click();
    await page.waitForURL(`**/runs/${idOf(3, 0.1)}?at=3`);
    await page.getByRole("link", { name: "Previous seed: seed 2, share 0.1" }).waitFor();
    await page.locator(".run-header").getByRole("link", { name: "sweep", exact: true }).click();
    await page.waitForURL("**/batches/sweep");
    expect(site.faults).toEqual([]);
  });

  it("says that there is no such batch", async () => {
    const page = await site.open("/batches/swep");
    await page.getByText("There is no batch “swep”").waitFor();
    site.refused(page);
  });
});
