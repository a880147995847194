import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openEventStream } from "@llm-sim/events";
import { startServer } from "@llm-sim/server";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.test.fixture.ts";
import { eventually } from "./eventually.test.fixture.ts";
import { openSite, type Site, WEB_ROOT } from "./site.test.fixture.ts";

const turns = (value: number) => [{ path: "simulation.turns", value }];
let site: Site;

beforeAll(async () => {
  site = await openSite([
    { id: "market-7", config: "market/simulation.yaml", overrides: turns(6) },
    { id: "market-8", config: "market/simulation.yaml", overrides: turns(9), verbosity: "ACTION" },
    { id: "commons-1", config: "commons/simulation.yaml" },
  ]);
}, 60_000);
afterEach(() => site.closePages());
afterAll(() => site?.close());

describe("the list of runs", () => {
  it("shows every run with what is in it, newest first, without a serious fault in access or console", async () => {
    const page = await site.open("/");
    const rows = page.locator("tbody tr");
    await rows.nth(2).waitFor();
    expect(await rows.locator(".run-link").allInnerTexts()).toEqual(["commons-1", "market-8", "market-7"]);
    const row = page.locator("tr", { hasText: "market-8" });
    await eventually(() => row.locator(".kinds-bar").getAttribute("aria-label")).toMatch(
      /^MILESTONE \d+, DECISION \d+, ACTION \d+/,
    );
    expect(await row.textContent()).toMatch(/completed[\s\S]*9[\s\S]*6/);
    expect(await violations(page)).toEqual([]);
    expect(site.faults).toEqual([]);
  });

  it("is searched and sorted, and the address says how", async () => {
    const page = await site.open("/");
    const links = page.locator(".run-link");
    await links.nth(2).waitFor();
    await page.getByRole("searchbox").fill("market");
    await eventually(() => links.allInnerTexts()).toEqual(["market-8", "market-7"]);
    await page.getByRole("button", { name: "Turns" }).click();
    await page.getByRole("button", { name: "Turns" }).click();
    await eventually(() => links.allInnerTexts()).toEqual(["market-7", "market-8"]);
    await eventually(() => new URL(page.url()).search).toBe("?q=market&sort=turns");
    const again = await site.open("/?q=market&sort=turns");
    await eventually(() => again.locator(".run-link").allInnerTexts()).toEqual(["market-7", "market-8"]);
    await page.getByRole("searchbox").fill("nothing of the kind");
    await page.getByText("No run matches").waitFor();
  });

  it("leads to a comparison of two", async () => {
    const page = await site.open("/");
    await page.getByLabel("Compare market-7").check();
    await page.getByText("pick a second run").waitFor();
    await page.getByLabel("Compare market-8").check();
    await page.getByRole("link", { name: "Compare", exact: true }).click();
    await page.waitForURL("**/runs/market-7/compare/market-8");
  });

  it("leads to the curves of more than two: a third tick takes no other away", async () => {
    const page = await site.open("/");
    for (const id of ["market-7", "market-8", "commons-1"]) await page.getByLabel(`Compare ${id}`).check();
    expect(await page.locator("tr.picked").count()).toBe(3);
    expect(await page.getByRole("link", { name: "Compare", exact: true }).count()).toBe(0);
    await page.getByRole("link", { name: "Curves" }).click();
    await page.waitForURL("**/curves?runs=market-7,market-8,commons-1");
    await page.locator(".legend", { hasText: "market-8" }).waitFor();
    await page.getByLabel("Variable").selectOption("carol.wealth");
    await eventually(() => new URL(page.url()).searchParams.get("variable")).toBe("carol.wealth");
    // Of the commons it is not known: it has no carol.
    await page.getByText("commons-1 has no number carol.wealth").waitFor();
    expect(await violations(page)).toEqual([]);
    expect(site.faults).toEqual([]);
  });

  it("takes in a run that begins, pulses while it lives, and warns of one that lost events", async () => {
    const page = await site.open("/");
    await page.locator(".run-link").nth(2).waitFor();
    const stream = await openEventStream({
      outputDir: site.outputDir,
      simulationId: "live-1",
      signals: false,
    });
    stream.startTurn(1);
    await stream.flush();
    const row = page.locator("tr", { hasText: "live-1" });
    await row.getByText("running").waitFor();
    await stream.close({ status: "failed" });
    await row.locator(".status", { hasText: "failed" }).waitFor();
    // What a full disk would have left in run.json.
    const file = join(site.outputDir, "live-1", "run.json");
    const manifest = JSON.parse(await readFile(file, "utf8"));
    manifest.counts.dropped = 1200;
    await writeFile(file, JSON.stringify(manifest));
    await row.getByRole("button", { name: "What to know about this run" }).click();
    await row.getByText("1,200 events could not be written and are missing").waitFor();
  });

  it("says of a directory that no address can name why it cannot be asked, and leads nowhere", async () => {
    const copy = join(site.outputDir, "market (1)");
    await cp(join(site.outputDir, "market-7"), copy, { recursive: true });
    try {
      const page = await site.open("/");
      const row = page.locator("tr", { hasText: "market (1)" });
      await row.getByRole("button", { name: "What to know about this run" }).click();
      await row.getByText("its name is no id").waitFor();
      expect(await row.locator("a").count()).toBe(0);
      expect(await row.getByRole("checkbox").isDisabled()).toBe(true);
      expect(await violations(page)).toEqual([]);
      expect(site.faults).toEqual([]);
    } finally {
      await rm(copy, { recursive: true });
    }
  });
});

describe("before there is anything", () => {
  it("shows the two commands that make a run", async () => {
    const outputDir = await mkdtemp(join(tmpdir(), "llm-sim-web-"));
    const server = await startServer({ outputDir, port: 0, webRoot: WEB_ROOT });
    try {
      const page = await site.browser.newPage({ locale: "en-US" });
      await page.goto(server.url);
      await page.getByText("No runs yet").waitFor();
      expect(await page.locator(".copy-text code").allInnerTexts()).toEqual([
        "llm-sim init my-simulation",
        "llm-sim run my-simulation/simulation.yaml",
      ]);
      expect(await violations(page)).toEqual([]);
      await page.close();
    } finally {
      await server.close();
      await rm(outputDir, { recursive: true, force: true });
    }
  });

  it("asks for the token where the server has one, and takes it from the address and out of it", async () => {
    const server = await startServer({
      outputDir: site.outputDir,
      port: 0,
      webRoot: WEB_ROOT,
      token: "open-sesame",
    });
    try {
      const page = await site.browser.newPage({ locale: "en-US" });
      await page.goto(server.url);
      await page.getByLabel("Token").fill("open-sesame");
      await page.getByRole("button", { name: "Open" }).click();
      await page.getByText("market-7").waitFor();
      const other = await (await site.browser.newContext()).newPage();
      await other.goto(server.browserUrl);
      await other.getByText("market-7").waitFor();
      expect(other.url()).not.toContain("sesame");
      await page.close();
      await other.context().close();
    } finally {
      await server.close();
    }
  });
});

describe("runs of a batch", () => {
  let batch: Site;
  beforeAll(async () => {
    const seeds = [1, 2, 3].flatMap((seed) => [0.05, 0.1].map((share) => ({ seed, share })));
    batch = await openSite([
      ...seeds.map(({ seed, share }) => ({
        id: `sweep-s${seed}-${share * 100}`,
        config: "commons/simulation.yaml",
        overrides: [
          { path: "simulation.seed", value: seed },
          { path: "simulation.turns", value: 4 },
          { path: "agents.boat.params.share", value: share },
        ],
        batch: { id: "sweep", name: "sweep", settings: { "agents.boat.params.share": share } },
      })),
      { id: "alone", config: "commons/simulation.yaml", overrides: turns(2) },
    ]);
  }, 60_000);
  afterEach(() => batch.closePages());
  afterAll(() => batch?.close());

  it("are one line that says how many, how they stand and what varies, and opens to them; the address says so", async () => {
    const page = await batch.open("/");
    const line = page.locator(".batch-row");
    await line.waitFor();
    expect(await page.locator("tbody tr").count()).toBe(2);
    expect(await line.textContent()).toMatch(/^sweep ?6 completed.* 6 runs · share 0\.05, 0\.1$/);
    await line.getByRole("button", { name: "Runs of sweep" }).click();
    await page.getByRole("link", { name: "s3-10" }).waitFor();
    expect(await page.locator(".in-batch").count()).toBe(6);
    await eventually(() => new URL(page.url()).search).toBe("?open=sweep");
    expect(await page.locator(".in-batch", { hasText: "s3-10" }).textContent()).toContain("seed 3 share=0.1");
    expect(await violations(page)).toEqual([]);
    await page.getByRole("searchbox").fill("s3-");
    await line.getByText("2 of 6 runs").waitFor();
    await line.getByRole("link").click();
    await page.waitForURL("**/batches/sweep");
  });

  it.each([390, 768, 1280])("fit a window %d pixels wide, opened", async (width) => {
    const page = await batch.open("/?open=sweep", { width, height: 800 });
    await page.locator(".in-batch").first().waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
  });

  it("say that one is running, while it is", async () => {
    const stream = await openEventStream({
      outputDir: batch.outputDir,
      simulationId: "sweep-s9-10",
      signals: false,
      provenance: { name: "commons", batch: { id: "sweep", name: "sweep", settings: {} } },
    });
    const page = await batch.open("/");
    await page.locator(".batch-row .status-running").getByText("1 running").waitFor();
    await stream.close();
    await page.locator(".batch-row").getByText("7 completed").waitFor();
  });
});
